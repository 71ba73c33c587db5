package dev.flint.registry.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A user name and its secret. Its text never shows the secret. */
public record Credential(String username, String secret) {
  /** The value of an Authorization header. */
  public String basic() {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((username + ":" + secret).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "credential of " + username;
  }
}
