package dev.flint.agent.pod;

/**
 * Spans of time as users write them: a whole number and a unit, {@code 90s}, {@code 5m}, {@code
 * 1h}.
 */
public final class Span {
  private static final int MAX_DIGITS = 6;

  private Span() {}

  /** Its seconds, 0 to 999 999 hours; -1 if it is none. */
  public static long seconds(String text) {
    int digits = text.length() - 1;
    int unit =
        switch (digits < 1 || digits > MAX_DIGITS ? ' ' : text.charAt(digits)) {
          case 's' -> 1;
          case 'm' -> 60;
          case 'h' -> 3600;
          default -> 0;
        };
    if (unit == 0) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < digits; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = number * 10 + (c - '0');
    }
    return number * unit;
  }
}
