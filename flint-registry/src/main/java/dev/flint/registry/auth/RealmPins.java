package dev.flint.registry.auth;

import java.util.Map;
import java.util.Optional;

/**
 * Token servers that the user vouches for, where they have nothing in common with their registry's
 * name.
 *
 * @param servers {@code HOST[:PORT]} of the token server by {@code HOST[:PORT]} of the registry as
 *     in a reference
 */
public record RealmPins(Map<String, String> servers) {
  /** No token server in particular. */
  public static final RealmPins NONE = new RealmPins(Map.of());

  /** Copies the map. */
  public RealmPins {
    servers = Map.copyOf(servers);
  }

  Optional<String> of(String host) {
    return Optional.ofNullable(servers.get(host));
  }
}
