package dev.flint.agent.log;

import java.time.Instant;
import java.time.format.DateTimeParseException;

/** From when on lines of a log are wanted, compared with what they say as text. */
final class Since {
  /** As far as a time says its second: {@code 2026-01-02T03:04:05}. */
  private static final int SECOND = 19;

  private final Instant begin;
  private final String second;

  Since(Instant begin) {
    this.begin = begin;
    this.second = begin.equals(Instant.MIN) ? "" : begin.toString().substring(0, SECOND);
  }

  /** Whether the line at which a reader is, is too old; one whose time is none is not. */
  boolean isAfter(CriReader reader) {
    return !second.isEmpty() && isAfter(reader.time());
  }

  private boolean isAfter(String time) {
    // To parse it takes much longer, and for most lines the second says enough.
    if (time.length() > SECOND && !time.startsWith(second)) {
      return time.compareTo(second) < 0;
    }
    try {
      return Instant.parse(time).isBefore(begin);
    } catch (DateTimeParseException e) {
      return false;
    }
  }
}
