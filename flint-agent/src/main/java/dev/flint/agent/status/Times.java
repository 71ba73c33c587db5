package dev.flint.agent.status;

import java.time.Instant;

/** Times as documents have them (RFC 3339), from milliseconds since 1970. */
public final class Times {
  private Times() {}

  /** To the second, as the API of Kubernetes has it. */
  public static String seconds(long millis) {
    return Instant.ofEpochSecond(Math.floorDiv(millis, 1000L)).toString();
  }

  /** To the microsecond, always with six digits (meta/v1 MicroTime). */
  public static String micros(Instant time) {
    String whole = Instant.ofEpochSecond(time.getEpochSecond()).toString();
    String digits = String.valueOf(1_000_000 + time.getNano() / 1000).substring(1);
    return whole.substring(0, whole.length() - 1) + "." + digits + "Z";
  }
}
