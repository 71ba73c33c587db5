package dev.flint.agent.kube.api;

import dev.flint.oci.pem.Pem;
import java.net.URI;
import java.util.Optional;

/**
 * Where an API server is, and how it is spoken to.
 *
 * @param server {@code https://HOST[:PORT][/PATH]}, or http on loopback
 * @param authority who vouches for the server; none: whom the JDK trusts
 * @param verify whether the server's certificate is checked
 * @param serverName the name that its certificate must have; empty: that of the URL
 */
public record ApiAccess(
    URI server, Optional<Pem> authority, boolean verify, String serverName, Credential credential) {
  /** The same place, as somebody else. */
  public ApiAccess as(Credential other) {
    return new ApiAccess(server, authority, verify, serverName, other);
  }
}
