package dev.flint.registry.auth;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a token server gives.
 *
 * @param token fit for a header; nobody here looks into it
 * @param life 0 to 24 hours
 */
record TokenReply(String token, Duration life) {
  private static final long USUAL_SECONDS = 60;
  private static final long MAX_SECONDS = 24 * 60 * 60;

  static TokenReply parse(byte[] bytes, String server) throws FlintException {
    JsonObject json;
    Optional<String> token;
    try {
      json = JsonObject.parse(bytes, "token");
      token = json.string("token").filter(text -> !text.isEmpty());
      if (token.isEmpty()) {
        token = json.string("access_token").filter(text -> !text.isEmpty());
      }
    } catch (FlintException e) {
      // Neither its words nor itself as the cause: they may quote a secret.
      throw wrong(server, "something else than a token");
    }
    if (token.isEmpty()) {
      throw wrong(server, "without a token");
    }
    if (!isFitForAHeader(token.get())) {
      throw wrong(server, "a token with characters that no header may have");
    }
    return new TokenReply(token.get(), Duration.ofSeconds(seconds(json)));
  }

  /** Whether a token can be shown at all. */
  static boolean isFitForAHeader(String token) {
    return !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  private static long seconds(JsonObject json) {
    try {
      OptionalLong seconds = json.integer("expires_in");
      return Math.max(0, Math.min(MAX_SECONDS, seconds.orElse(USUAL_SECONDS)));
    } catch (FlintException e) {
      return USUAL_SECONDS;
    }
  }

  private static FlintException wrong(String server, String what) {
    return new FlintException(ErrorCode.PROTOCOL, "token server " + server + " answered " + what);
  }

  @Override
  public String toString() {
    return "token for " + life.toSeconds() + " s";
  }
}
