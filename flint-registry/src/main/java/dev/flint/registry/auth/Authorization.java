package dev.flint.registry.auth;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What is shown to a registry. Its text never shows the secret.
 *
 * @param header the value of the Authorization header
 * @param service of the challenge that a token was got for
 * @param scopes that a token was asked for; what it gives may be less
 * @param begin when it was asked for
 * @param end when it stops to be good
 */
record Authorization(String header, String service, Scopes scopes, Instant begin, Instant end) {
  private static final Duration MARGIN = Duration.ofSeconds(30);
  private static final Duration LONG_MARGIN = Duration.ofSeconds(60);

  /** What nobody gives us another one for: a password, a token of the user. */
  static Authorization lasting(String header) {
    return new Authorization(header, "", Scopes.NONE, Instant.MIN, Instant.MAX);
  }

  /** Whether a token server gave it, which may give another. */
  boolean isRenewable() {
    return !end.equals(Instant.MAX);
  }

  /** Whether its time has passed. */
  boolean isOver(Instant now) {
    return !now.isBefore(end);
  }

  /**
   * Whether a token lasts long enough to begin with a request.
   *
   * @param precious that the request is too long to be made again
   */
  boolean lasts(Instant now, boolean precious) {
    Duration life = Duration.between(begin, end);
    Duration margin =
        precious ? min(LONG_MARGIN, life.dividedBy(2)) : min(MARGIN, life.dividedBy(5));
    return now.isBefore(end.minus(margin));
  }

  /**
   * The rights in a token, if it is one of those that say so (a JWT). For people only: a token is
   * the registry's to read.
   */
  Optional<Scopes> granted() {
    String[] parts = header.substring(header.indexOf(' ') + 1).split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      byte[] claims = Base64.getUrlDecoder().decode(parts[1]);
      List<Scope> scopes = new ArrayList<>();
      for (JsonObject access : JsonObject.parse(claims, "token").objects("access")) {
        scopes.add(
            new Scope(
                access.requiredString("type"),
                access.requiredString("name"),
                access.strings("actions")));
      }
      return Optional.of(new Scopes(scopes));
    } catch (FlintException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  @Override
  public String toString() {
    return isRenewable() ? "token for " + scopes + " until " + end : "lasting authorization";
  }
}
