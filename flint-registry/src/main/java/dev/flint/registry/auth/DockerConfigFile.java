package dev.flint.registry.auth;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.Lookup.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The credentials in Docker's {@code config.json} or an {@code auth.json} of containers/image, and
 * in the helpers it names. A file that is there but cannot be understood is an error, never silent
 * anonymity. Thread-safe.
 */
public final class DockerConfigFile implements CredentialSource {
  private final AuthFile file;
  private final boolean required;
  private final AuthLookup lookup;
  private final Consumer<Lookup> told;

  /** Looks into one file, which need not exist; a helper that it names is not found. */
  public DockerConfigFile(Path file) {
    this(file, false, new CredentialHelpers(Map.of(), Duration.ZERO), answer -> {});
  }

  /**
   * Looks into one file.
   *
   * @param required whether it is an error if the file does not exist
   */
  DockerConfigFile(Path file, boolean required, CredentialHelpers helpers, Consumer<Lookup> told) {
    this.file = new AuthFile(file);
    this.required = required;
    this.lookup = new AuthLookup(helpers, told);
    this.told = told;
  }

  @Override
  public Optional<Credential> find(String host, String repository) throws IOException {
    Optional<AuthDocument> document = file.read();
    if (document.isEmpty()) {
      if (required) {
        throw new FlintException(
            ErrorCode.AUTH,
            "no such credentials file: " + file.path(),
            "make it with flint login, or leave it out");
      }
      told.accept(Lookup.of(file.path().toString(), Outcome.ABSENT));
      return Optional.empty();
    }
    Optional<Credential> found = lookup.find(document.get(), host, repository);
    if (found.isPresent()
        && found.equals(document.get().credential(host, repository))
        && file.isOpenToOthers()) {
      told.accept(
          new Lookup(
              file.path().toString(),
              Outcome.WARNING,
              "can be read by other users; chmod 600 keeps it from them"));
    }
    return found;
  }
}
