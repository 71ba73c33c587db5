package dev.flint.cli.command;

import dev.flint.cli.console.Sizes;
import dev.flint.cli.console.Table;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Reference;
import dev.flint.oci.Referrer;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.RegistryRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
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
  private Reference reference;

  @Option(
      names = "--artifact-type",
      paramLabel = "TYPE",
      description = "Type of the artifact: only those of this type.")
  private @Nullable String artifactType;

  @Mixin private ManifestChoice choice = new ManifestChoice();

  @Mixin private OutputOptions output = new OutputOptions();

  @Mixin private RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public ReferrersCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    RegistryRepository repository = context.registry(registry).repository(reference);
    Digest subject = subject(repository);
    List<Descriptor> referrers = repository.referrers(subject, Optional.ofNullable(artifactType));
    if (output.isJson()) {
      JsonObject json =
          JsonObject.empty()
              .with("subject", reference.name() + "@" + subject)
              .withObjects("referrers", referrers.stream().map(Descriptor::json).toList());
      context.console().result(new String(json.prettyBytes(), StandardCharsets.UTF_8));
    } else if (referrers.isEmpty()) {
      context.note("nothing refers to " + reference.name() + "@" + subject);
    } else {
      Table table = new Table("DIGEST", "ARTIFACT TYPE", "SIZE");
      for (Descriptor referrer : referrers) {
        table.row(
            referrer.digest().toString(),
            Referrer.artifactType(referrer).orElse(""),
            Sizes.of(referrer.size()));
      }
      table.lines().forEach(context.console()::result);
    }
    return 0;
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
