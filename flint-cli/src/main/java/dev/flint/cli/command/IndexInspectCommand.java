package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.cli.console.Sizes;
import dev.flint.cli.console.Table;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.archive.Location;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
  Reference name;

  @Option(names = "--remote", description = "Work in registries: REF is looked up there.")
  boolean remote;

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin RegistryOptions registry = new RegistryOptions();

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
      output.print(context, result(document, index.manifests()));
    }
    return 0;
  }

  private Result result(Document document, List<Descriptor> entries) throws FlintException {
    List<JsonObject> images = new ArrayList<>();
    for (Descriptor entry : entries) {
      images.add(json(entry));
    }
    List<String> lines = table(entries);
    JsonObject json =
        Pinned.of(name, document.digest())
            .json()
            .first("schema", "index-inspect/v1")
            .with("mediaType", document.mediaType().value())
            .withMap("annotations", document.json().stringMap("annotations"))
            .withObjects("images", images);
    return new Result(
        json,
        "images",
        () -> lines,
        () -> entries.stream().map(entry -> entry.digest().toString()).toList());
  }

  private JsonObject json(Descriptor entry) throws FlintException {
    return JsonObject.empty()
        .with("digest", entry.digest().toString())
        .with("pinned", name.name() + "@" + entry.digest())
        .with("platform", entry.platform().map(Platform::toString).orElse(""))
        .with("mediaType", entry.mediaType().value())
        .with("size", entry.size());
  }

  private static List<String> table(List<Descriptor> entries) throws FlintException {
    Table table = new Table("PLATFORM", "DIGEST", "TYPE", "SIZE");
    for (Descriptor entry : entries) {
      table.row(
          entry.platform().map(Platform::toString).orElse("-"),
          entry.digest().toString(),
          entry.mediaType().value(),
          Sizes.of(entry.size()));
    }
    return table.lines();
  }
}
