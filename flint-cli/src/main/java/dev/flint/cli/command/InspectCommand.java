package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.oci.Reference;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flint inspect}. */
@Command(
    name = "inspect",
    sortOptions = false,
    description = "Show what an image of the local store is and what it runs.",
    footer = {"", "Example:  flint inspect osv-hello:1.0 --json"})
public final class InspectCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "REF", description = "An image of the local store.")
  private Reference reference;

  @Mixin private OutputOptions output = new OutputOptions();

  @Mixin private StoredImage stored = new StoredImage();

  /** Works in a context. */
  public InspectCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    try (OciLayout store = context.store()) {
      ImageDetails details =
          ImageDetails.of(reference, StoredImage.content(store, stored.read(store, reference)));
      List<String> lines = details.lines();
      output.print(
          context, Result.object("inspect/v1", details.toJson(), () -> lines, details.name()));
    }
    return 0;
  }
}
