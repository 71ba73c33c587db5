package dev.flint.registry.auth;

import java.net.URI;
import java.util.Locale;

/**
 * A repository of a registry, as far as credentials go.
 *
 * @param host {@code HOST[:PORT]} as in a reference, which credentials are kept under
 * @param repository as in a reference; empty for the registry as such
 * @param origin scheme, host and port of the API; the rest of a URL is dropped
 */
public record AuthTarget(String host, String repository, URI origin) {
  /** Drops what does not belong to an origin. */
  public AuthTarget {
    origin =
        URI.create(
            (origin.getScheme() + "://" + origin.getRawAuthority()).toLowerCase(Locale.ROOT));
  }

  /** The API's own address. */
  URI base() {
    return origin.resolve("/v2/");
  }
}
