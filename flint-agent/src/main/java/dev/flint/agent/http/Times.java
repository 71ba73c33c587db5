package dev.flint.agent.http;

import java.time.Instant;

/** Times as documents have them (RFC 3339), from milliseconds since 1970. */
final class Times {
  private Times() {}

  /** To the second, as the API of Kubernetes has it. */
  static String seconds(long millis) {
    return Instant.ofEpochSecond(Math.floorDiv(millis, 1000L)).toString();
  }
}
