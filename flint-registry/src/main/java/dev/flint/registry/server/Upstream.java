package dev.flint.registry.server;

import dev.flint.oci.Reference;
import dev.flint.registry.RegistryClient;
import dev.flint.registry.RegistryRepository;
import dev.flint.registry.RetryPolicy;
import java.io.IOException;

/**
 * The registry that a cache stands in front of. Repositories have the same names in both.
 *
 * @param client with the credentials for it
 * @param host {@code HOST[:PORT]} as in a reference
 */
public record Upstream(RegistryClient client, String host) {
  /** The repository of this name. */
  RegistryRepository repository(String name) throws IOException, Refusal {
    return client.repository(reference(name, ""));
  }

  /** The same for who has something else to give: it fails after one attempt. */
  Upstream hasty() {
    return new Upstream(client.by(RetryPolicy.ONCE), host);
  }

  /** A tag there, or with an empty tag the repository. */
  Reference reference(String name, String tag) throws Refusal {
    try {
      return Reference.of(host, name, tag);
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, Problem.NAME_INVALID, "the name is too long together with " + host);
    }
  }
}
