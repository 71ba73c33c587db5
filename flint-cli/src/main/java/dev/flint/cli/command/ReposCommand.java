package dev.flint.cli.command;

import dev.flint.oci.json.JsonObject;
import dev.flint.registry.Names;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flint repos}. */
@Command(
    name = "repos",
    sortOptions = false,
    description = "List the repositories of a registry.",
    footer = {
      "",
      "One to a line, with the host, in the registry's order. Many public registries",
      "keep this list to themselves.",
      "",
      "Example:  flint repos localhost:5000"
    })
public final class ReposCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(
      paramLabel = "HOST",
      converter = RegistryOperand.HostConverter.class,
      description = "HOST[:PORT] of the registry.")
  private String host;

  @Mixin private OutputOptions output = new OutputOptions();

  @Mixin private RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public ReposCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    Names repositories = context.registry(registry).catalog(host).repositories();
    if (repositories.leftOut() > 0) {
      context.note("left out " + repositories.leftOut() + " names that are no repositories");
    }
    if (output.isJson()) {
      JsonObject json =
          JsonObject.empty()
              .with("registry", host)
              .withStrings("repositories", repositories.names());
      context.console().result(new String(json.prettyBytes(), StandardCharsets.UTF_8));
    } else {
      repositories.names().forEach(name -> context.result(host + "/" + name));
    }
    return 0;
  }
}
