package dev.flint.cli.command;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flint manifest get}. */
@Command(
    name = "get",
    sortOptions = false,
    description = "Print a manifest or an index: byte for byte into a file or a pipe.",
    footer = {"", "Example:  flint manifest get localhost:5000/demo/osv-hello:1.0 > manifest.json"})
public final class ManifestGetCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "REF", description = "HOST/REPOSITORY[:TAG][@DIGEST].")
  Reference reference;

  @Mixin ManifestChoice choice = new ManifestChoice();

  @Mixin RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public ManifestGetCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    Document document = choice.read(context.registry(registry).repository(reference), reference);
    if (context.console().outTerminal()) {
      // Strings of JSON may hold what a terminal would obey.
      context.console().result(new String(document.json().prettyBytes(), US_ASCII));
    } else {
      context.console().out().write(document.bytes());
      context.console().out().flush();
    }
    return 0;
  }
}
