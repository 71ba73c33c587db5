package dev.flint.bench.report;

/**
 * A figure that must not be above a limit.
 *
 * @param what says what was compared
 * @param digits after the point, when printed
 */
public record Target(String what, double value, double limit, int digits) {
  /** A ratio, told with three digits. */
  public static Target ratio(String what, double value, double limit) {
    return new Target(what, value, limit, 3);
  }

  /** Whether the target is reached. */
  public boolean met() {
    return value <= limit;
  }

  /** The same target, told where it is out of sight. */
  Target in(String section) {
    return new Target(section + ": " + what, value, limit, digits);
  }

  /** One line of a list. */
  String line() {
    String number = "%." + digits + "f";
    return ("- %s: " + number + " (target: at most " + number + ") **%s**%n")
        .formatted(what, value, limit, met() ? "met" : "MISSED");
  }
}
