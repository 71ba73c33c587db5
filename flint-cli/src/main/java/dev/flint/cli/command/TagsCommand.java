package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.oci.Reference;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.Names;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flint tags}. */
@Command(
    name = "tags",
    sortOptions = false,
    description = "List the tags of a repository of a registry.",
    footer = {
      "",
      "One to a line, sorted.",
      "",
      "Example:  flint tags localhost:5000/demo/osv-hello | sort -V"
    })
public final class TagsCommand implements Callable<Integer> {
  private final Context context;

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "REPO", description = "HOST/REPOSITORY.")
  Reference repository;

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public TagsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    if (!repository.isTagImplied()) {
      throw new ParameterException(
          spec.commandLine(), "expected a repository without tag or digest: " + repository.name());
    }
    Names tags = context.registry(registry).repository(repository).tags();
    if (tags.leftOut() > 0) {
      context.note("left out " + tags.leftOut() + " names that are no tags");
    }
    List<String> sorted = tags.names().stream().sorted().toList();
    JsonObject json =
        JsonObject.empty()
            .with("schema", "tags/v1")
            .with("repository", repository.name())
            .withStrings("tags", sorted);
    output.print(context, new Result(json, "tags", () -> sorted, () -> sorted));
    return 0;
  }
}
