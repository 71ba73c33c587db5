package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.Names;
import java.io.IOException;
import java.util.List;
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
      "One to a line, with the host, sorted. Many public registries keep this",
      "list to themselves.",
      "",
      "Example:  flint repos localhost:5000"
    })
public final class ReposCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(
      paramLabel = "HOST",
      converter = RegistryOperand.HostConverter.class,
      description = "HOST[:PORT] of the registry.")
  String host;

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin RegistryOptions registry = new RegistryOptions();

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
    List<String> sorted =
        repositories.names().stream().sorted().map(name -> host + "/" + name).toList();
    JsonObject json =
        JsonObject.empty()
            .with("schema", "repos/v1")
            .with("registry", host)
            .withStrings("repositories", sorted);
    output.print(context, new Result(json, "repositories", () -> sorted, () -> sorted));
    return 0;
  }
}
