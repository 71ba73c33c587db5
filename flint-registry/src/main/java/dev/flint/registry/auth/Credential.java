package dev.flint.registry.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What opens a registry. Its text never shows the secret. */
public sealed interface Credential {

  /** A user name and its password. */
  record Basic(String username, String secret) implements Credential {
    /** The value of an Authorization header. */
    public String header() {
      return "Basic "
          + Base64.getEncoder()
              .encodeToString((username + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
      return "password of " + username;
    }
  }

  /**
   * A token that a token server gives others for: {@code identitytoken} of Docker's config, an
   * OAuth2 refresh token.
   */
  record IdentityToken(String token) implements Credential {
    @Override
    public String toString() {
      return "identity token";
    }
  }

  /** A token that is shown to the registry as it is: {@code registrytoken} of Docker's config. */
  record RegistryToken(String token) implements Credential {
    @Override
    public String toString() {
      return "registry token";
    }
  }
}
