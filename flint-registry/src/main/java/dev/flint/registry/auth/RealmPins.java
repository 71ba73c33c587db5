package dev.flint.registry.auth;

import java.util.Optional;

/** The token servers that the user vouches for, as they do not belong to their registry by name. */
public interface RealmPins {
  /** No token server in particular. */
  RealmPins NONE = host -> Optional.empty();

  /**
   * The token server of a registry.
   *
   * @param host {@code HOST[:PORT]} of the registry as in a reference
   * @return its {@code HOST[:PORT]}
   */
  Optional<String> of(String host);
}
