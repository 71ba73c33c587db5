package dev.flint.cli.console;

/** Spans of time for people, as Docker words them. */
public final class Durations {
  private static final long[] UNITS = {86_400, 3600, 60, 1};
  private static final String[] NAMES = {"day", "hour", "minute", "second"};

  private Durations() {}

  /** For example {@code 5 minutes}; cut to whole units. */
  public static String of(long millis) {
    long seconds = Math.max(0, millis / 1000);
    for (int i = 0; i < UNITS.length; i++) {
      long count = seconds / UNITS[i];
      if (count > 0) {
        return count + " " + NAMES[i] + (count == 1 ? "" : "s");
      }
    }
    return "less than a second";
  }
}
