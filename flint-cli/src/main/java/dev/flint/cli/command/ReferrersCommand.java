package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.cli.console.Sizes;
import dev.flint.cli.console.Table;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Reference;
import dev.flint.oci.Referrer;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.RegistryRepository;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flint referrers}. */
@Command(
    name = "referrers",
    sortOptions = false,
    description = "List what refers to an image: signatures, SBOMs and the like.",
    footer = {
      "",
      "By the registry's own list, else by the index that tools keep at the tag",
      "ALGORITHM-DIGEST.",
      "",
      "Example:  flint referrers localhost:5000/demo/osv-hello:1.0 --json"
    })
public final class ReferrersCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "REF", description = "HOST/REPOSITORY[:TAG][@DIGEST].")
  Reference reference;

  @Option(
      names = "--artifact-type",
      paramLabel = "TYPE",
      description = "Type of the artifact: only those of this type.")
  @Nullable String artifactType;

  @Mixin ManifestChoice choice = new ManifestChoice();

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public ReferrersCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    RegistryRepository repository = context.registry(registry).repository(reference);
    Digest subject = subject(repository);
    List<Descriptor> referrers =
        sorted(repository.referrers(subject, Optional.ofNullable(artifactType)));
    if (referrers.isEmpty()) {
      context.note("nothing refers to " + reference.name() + "@" + subject);
    }
    List<JsonObject> items = new ArrayList<>();
    for (Descriptor referrer : referrers) {
      items.add(json(referrer));
    }
    JsonObject json =
        JsonObject.empty()
            .with("schema", "referrers/v1")
            .with("subject", reference.name() + "@" + subject)
            .withObjects("referrers", items);
    List<String> lines = table(referrers);
    output.print(
        context,
        new Result(
            json, "referrers", () -> lines, () -> referrers.stream().map(this::pinned).toList()));
    return 0;
  }

  private JsonObject json(Descriptor referrer) throws FlintException {
    return JsonObject.empty()
        .with("digest", referrer.digest().toString())
        .with("pinned", pinned(referrer))
        .with("artifactType", type(referrer))
        .with("mediaType", referrer.mediaType().value())
        .with("size", referrer.size())
        .withMap("annotations", referrer.json().stringMap("annotations"));
  }

  private String pinned(Descriptor referrer) {
    return reference.name() + "@" + referrer.digest();
  }

  /** By type, then by digest, whatever the registry's order. */
  private static List<Descriptor> sorted(List<Descriptor> referrers) throws FlintException {
    SortedMap<String, Descriptor> sorted = new TreeMap<>();
    for (Descriptor referrer : referrers) {
      sorted.put(type(referrer) + " " + referrer.digest(), referrer);
    }
    return List.copyOf(sorted.values());
  }

  private static String type(Descriptor referrer) throws FlintException {
    return Referrer.artifactType(referrer).orElse("");
  }

  private static List<String> table(List<Descriptor> referrers) throws FlintException {
    if (referrers.isEmpty()) {
      return List.of();
    }
    Table table = new Table("DIGEST", "ARTIFACT TYPE", "SIZE");
    for (Descriptor referrer : referrers) {
      table.row(referrer.digest().toString(), type(referrer), Sizes.of(referrer.size()));
    }
    return table.lines();
  }

  /** A digest need not exist to be referred to. */
  private Digest subject(RegistryRepository repository) throws IOException {
    if (choice.isGiven()) {
      return choice.read(repository, reference).digest();
    }
    Optional<Digest> given = reference.digest();
    return given.isPresent() ? given.get() : repository.digest(reference);
  }
}
