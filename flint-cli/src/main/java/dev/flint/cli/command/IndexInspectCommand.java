package dev.flint.cli.command;

import dev.flint.cli.console.Table;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.archive.Location;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flint index inspect}. */
@Command(
    name = "inspect",
    sortOptions = false,
    description = "Show which images an index lists.",
    footer = {"", "Example:  flint index inspect app:1.0"})
public final class IndexInspectCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "REF", description = "An index of the local store.")
  private Reference name;

  @Option(names = "--remote", description = "Work in registries: REF is looked up there.")
  private boolean remote;

  @Mixin private OutputOptions output = new OutputOptions();

  @Mixin private RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public IndexInspectCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    try (Places places = new Places(context, registry, context.spool(0))) {
      Document document =
          places.origin(remote ? new Location.Registry(name) : new Location.Store(name)).root();
      if (!document.isIndex()) {
        throw new FlintException(
            ErrorCode.UNSUPPORTED, name + " is one image, not an index", "see flint inspect");
      }
      ImageIndex index = ImageIndex.of(document);
      if (output.isJson()) {
        context.console().result(new String(document.json().prettyBytes(), StandardCharsets.UTF_8));
        return 0;
      }
      Table table = new Table("PLATFORM", "DIGEST", "TYPE", "SIZE");
      for (Descriptor entry : index.manifests()) {
        table.row(
            entry.platform().map(Platform::toString).orElse("-"),
            entry.digest().toString(),
            entry.mediaType().value(),
            Long.toString(entry.size()));
      }
      table.lines().forEach(context.console()::result);
    }
    return 0;
  }
}
