package dev.flint.registry.settings;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How fast bytes may or must go.
 *
 * @param bytesPerSecond from 0
 */
public record Rate(long bytesPerSecond) {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,12})([KMG]?)");

  /**
   * Parses a rate in curl's way: a number of bytes per second, with K, M or G for 1024 and its
   * powers.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Rate parse(String text) {
    Matcher matcher = FORM.matcher(text.toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "not a rate: \"" + text + "\"; give bytes per second, as in 500K or 2M");
    }
    try {
      long number = Long.parseLong(matcher.group(1));
      return new Rate(Math.multiplyExact(number, unit(matcher.group(2))));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("too much: \"" + text + "\"", e);
    }
  }

  private static long unit(String suffix) {
    return switch (suffix) {
      case "K" -> 1L << 10;
      case "M" -> 1L << 20;
      case "G" -> 1L << 30;
      default -> 1;
    };
  }
}
