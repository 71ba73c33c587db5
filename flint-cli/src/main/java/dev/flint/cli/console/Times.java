package dev.flint.cli.console;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/** Times as programs read them: ISO 8601 in UTC. */
public final class Times {
  private Times() {}

  /** Milliseconds since 1970 to the second; 0 stands for never, which is empty. */
  public static String iso(long millis) {
    return millis == 0
        ? ""
        : Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** What an image says of a time, in UTC; what is no time stays as it is. */
  public static String iso(String text) {
    // The usual case, for which the calendars need not be loaded.
    if (text.isEmpty() || text.endsWith("Z")) {
      return text;
    }
    try {
      return OffsetDateTime.parse(text).toInstant().toString();
    } catch (DateTimeException e) {
      return text;
    }
  }
}
