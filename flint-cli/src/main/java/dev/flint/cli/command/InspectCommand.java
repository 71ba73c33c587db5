package dev.flint.cli.command;

import dev.flint.cli.command.StoredImage.Content;
import dev.flint.cli.console.Result;
import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.OciLayout;
import dev.flint.registry.RegistryRepository;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flint inspect}. */
@Command(
    name = "inspect",
    sortOptions = false,
    description = "Show what an image is and what it runs.",
    footer = {
      "",
      "With --remote only the manifest and the config are read, so of an image that",
      "others made less may be told than after a pull.",
      "",
      "Example:  flint inspect osv-hello:1.0 --json",
      "          flint inspect --remote localhost:5000/demo/osv-hello:1.0"
    })
public final class InspectCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "REF", description = "An image of the local store, or of a registry.")
  Reference reference;

  @Option(names = "--remote", description = "Work in registries: REF is looked up there.")
  boolean remote;

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin StoredImage stored = new StoredImage();

  @Mixin RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public InspectCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    ImageDetails details = ImageDetails.of(reference, remote ? inRegistry() : inStore());
    List<String> lines = details.lines();
    output.print(
        context, Result.object("inspect/v1", details.toJson(), () -> lines, details.name()));
    return 0;
  }

  private Content inStore() throws IOException {
    try (OciLayout store = context.store()) {
      return StoredImage.content(store, stored.read(store, reference));
    }
  }

  private Content inRegistry() throws IOException {
    RegistryRepository repository = context.registry(registry).repository(reference);
    Document root =
        repository
            .resolve(reference)
            .orElseThrow(
                () ->
                    new FlintException(
                        ErrorCode.NOT_FOUND, "image " + reference + " does not exist"));
    return StoredImage.content(stored.read(repository, root, reference));
  }
}
