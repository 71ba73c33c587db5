package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.oci.Platform;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flint version}. */
@Command(
    name = "version",
    sortOptions = false,
    description = "Print the version of Flint and of the Java it runs on.",
    footer = {"", "Example:  flint version", "          flint version -o json"})
public final class VersionCommand implements Callable<Integer> {
  private final Context context;

  @Mixin OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public VersionCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws FlintException {
    String java = Runtime.version() + " (" + System.getProperty("java.vendor") + ")";
    JsonObject json = JsonObject.empty().with("version", Version.text());
    List<String> lines = new ArrayList<>(List.of("flint " + Version.text()));
    String commit = Version.commit();
    if (!commit.isEmpty()) {
      json = json.with("commit", commit);
      lines.add("commit " + commit);
    }
    json = json.with("java", java).with("platform", Platform.host().toString());
    lines.add("java " + java);
    lines.add("platform " + Platform.host());
    output.print(context, Result.object("version/v1", json, () -> lines, Version.text()));
    return 0;
  }
}
