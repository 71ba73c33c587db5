package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.oci.Digest;
import dev.flint.oci.Reference;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.RegistryRepository;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flint manifest delete}. */
@Command(
    name = "delete",
    sortOptions = false,
    description = "Delete a manifest or an index from a registry, with all its tags.",
    footer = {
      "",
      "A tag stands for the manifest it names: every other tag of that manifest goes",
      "too. Prints what went: the reference with its digest, then its tags.",
      "",
      "Example:  flint manifest delete localhost:5000/demo/osv-hello:1.0"
    })
public final class ManifestDeleteCommand implements Callable<Integer> {
  /** Each costs a request. */
  private static final int MAX_TAGS = 100;

  private final Context context;

  @Parameters(paramLabel = "REF", description = "HOST/REPOSITORY[:TAG][@DIGEST].")
  Reference reference;

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public ManifestDeleteCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    RegistryRepository repository = context.registry(registry).repository(reference);
    Digest digest = repository.digest(reference);
    Optional<List<String>> tags = tagsOf(repository, digest);
    repository.delete(digest);
    if (tags.isEmpty()) {
      context.note("every tag it had went too; the registry does not say which, or has too many");
    }
    Pinned gone = new Pinned(reference.name(), digest);
    List<String> names = tags.orElse(List.of()).stream().sorted().toList();
    List<String> lines = new ArrayList<>();
    lines.add(gone.text());
    names.forEach(tag -> lines.add(reference.name() + ":" + tag));
    JsonObject json = gone.json().withStrings("tags", names);
    output.print(context, Result.object("manifest-delete/v1", json, () -> lines, gone.text()));
    return 0;
  }

  /** Empty if nobody can tell at a reasonable price. */
  private Optional<List<String>> tagsOf(RegistryRepository repository, Digest digest)
      throws IOException {
    List<String> found = new ArrayList<>();
    try {
      List<String> all = repository.tags().names();
      if (all.size() > MAX_TAGS) {
        return Optional.empty();
      }
      for (String tag : all) {
        Reference tagged = Reference.of(reference.host(), reference.repository(), tag);
        if (repository.digest(tagged).equals(digest)) {
          found.add(tag);
        }
      }
    } catch (FlintException e) {
      // Listing is a courtesy; whether the manifest can be deleted is another question.
      return Optional.empty();
    }
    return Optional.of(found);
  }
}
