package dev.flint.agent.task;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.auth.Credential;
import dev.flint.registry.auth.CredentialPlaces;
import dev.flint.registry.auth.CredentialSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The credentials of a pod, as the agent hands them over: the first of its Secrets that has one for
 * a repository answers.
 */
final class PullSecrets implements CredentialSource {
  static final PullSecrets NONE = new PullSecrets(List.of());

  private static final int MAX_BYTES = 16 << 20;

  private final List<Secret> secrets;

  private record Secret(String id, CredentialSource source) {}

  private PullSecrets(List<Secret> secrets) {
    this.secrets = secrets;
  }

  /** Reads {@code {"secrets": [{"id": ..., "auths": {...}}]}} to its end. */
  static PullSecrets read(InputStream input) throws IOException {
    List<Secret> out = new ArrayList<>();
    try {
      JsonObject document = JsonObject.parse(input.readNBytes(MAX_BYTES), "they");
      for (JsonObject secret : document.objects("secrets")) {
        String id = secret.requiredString("id");
        JsonObject auths = secret.object("auths").orElse(JsonObject.empty());
        out.add(new Secret(id, CredentialPlaces.held("secret " + id.split(" ", -1)[0], auths)));
      }
    } catch (FlintException e) {
      // Without its words, which may quote a secret.
      throw new FlintException(ErrorCode.USAGE, "pull secrets on standard input are malformed");
    }
    return new PullSecrets(out);
  }

  @Override
  public Optional<Credential> find(String host, String repository) throws IOException {
    for (Secret secret : secrets) {
      Optional<Credential> found = secret.source().find(host, repository);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** The Secret that answers for a repository. */
  Optional<String> idFor(String host, String repository) throws IOException {
    for (Secret secret : secrets) {
      if (secret.source().find(host, repository).isPresent()) {
        return Optional.of(secret.id());
      }
    }
    return Optional.empty();
  }
}
