package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.oci.Digest;
import dev.flint.oci.Reference;
import dev.flint.registry.RegistryRepository;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flint digest}. */
@Command(
    name = "digest",
    sortOptions = false,
    description = "Print the digest that a reference has in its registry now.",
    footer = {
      "",
      "By the registry's word, without reading the image.",
      "",
      "Example:  flint digest localhost:5000/demo/osv-hello:1.0"
    })
public final class DigestCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "REF", description = "HOST/REPOSITORY[:TAG][@DIGEST].")
  Reference reference;

  @Mixin ManifestChoice choice = new ManifestChoice();

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public DigestCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    RegistryRepository repository = context.registry(registry).repository(reference);
    Digest digest =
        choice.isGiven()
            ? choice.read(repository, reference).digest()
            : repository.digest(reference);
    output.print(
        context,
        Result.object("digest/v1", Pinned.of(reference, digest).json(), digest.toString()));
    return 0;
  }
}
