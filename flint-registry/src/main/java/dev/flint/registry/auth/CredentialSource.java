package dev.flint.registry.auth;

import java.io.IOException;
import java.util.Optional;

/** A place that credentials may come from. */
public interface CredentialSource {
  /**
   * The credential for a repository of a registry.
   *
   * @param host {@code HOST[:PORT]} as in a reference
   * @param repository as in a reference, for places that keep different ones for different
   *     repositories; empty for the registry as such
   * @return empty if this place has none
   * @throws dev.flint.oci.error.FlintException AUTH naming the place if it cannot be read or is
   *     malformed
   */
  Optional<Credential> find(String host, String repository) throws IOException;
}
