package dev.flint.cli.console;

/**
 * Byte counts for people, in IEC units. Without {@code String.format}, which looks up how people of
 * a locale write numbers: too long at the start of a short command.
 */
public final class Sizes {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Sizes() {}

  /** For example {@code 5.9 MiB}. */
  public static String of(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : tenths(Math.round(value * 10)) + " " + UNITS[unit];
  }

  /** A number of tenths, with its point. */
  static String tenths(long tenths) {
    return tenths / 10 + "." + tenths % 10;
  }
}
