package dev.flint.agent.pod;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * Amounts as Kubernetes writes them: {@code 500m}, {@code 0.5}, {@code 64Mi}, {@code 1G}, {@code
 * 1e3}.
 */
public final class Quantity {
  private static final int MAX_LENGTH = 40;

  private Quantity() {}

  /**
   * In thousandths, rounded up.
   *
   * @throws IllegalArgumentException if it is no quantity, is negative or beyond 64 bits
   */
  public static long milli(String text) {
    return whole(parse(text).scaleByPowerOfTen(3));
  }

  /**
   * In units, rounded up.
   *
   * @throws IllegalArgumentException if it is no quantity, is negative or beyond 64 bits
   */
  public static long units(String text) {
    return whole(parse(text));
  }

  private static long whole(BigDecimal value) {
    if (value.signum() < 0 || value.precision() - value.scale() > 18) {
      throw new IllegalArgumentException("not in range");
    }
    return value.setScale(0, RoundingMode.CEILING).longValueExact();
  }

  private static BigDecimal parse(String text) {
    int end = 0;
    while (end < text.length() && "+-.0123456789".indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    if (end == 0 || text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("not a quantity");
    }
    BigDecimal number = new BigDecimal(text.substring(0, end));
    String suffix = text.substring(end);
    BigDecimal unit = unit(suffix);
    if (unit == null) {
      unit = BigDecimal.ONE.scaleByPowerOfTen(exponent(suffix));
    }
    return number.multiply(unit);
  }

  private static @Nullable BigDecimal unit(String suffix) {
    if (suffix.isEmpty()) {
      return BigDecimal.ONE;
    }
    if (suffix.length() == 1) {
      int power = "numkMGTPE".indexOf(suffix);
      return power < 0
          ? null
          : BigDecimal.ONE.scaleByPowerOfTen(power < 3 ? 3 * (power - 3) : 3 * (power - 2));
    }
    int power =
        suffix.length() == 2 && suffix.endsWith("i") ? "KMGTPE".indexOf(suffix.charAt(0)) : -1;
    return power < 0 ? null : BigDecimal.valueOf(1L << (10 * (power + 1)));
  }

  private static int exponent(String suffix) {
    if (suffix.length() < 2 || suffix.length() > 4 || "eE".indexOf(suffix.charAt(0)) < 0) {
      throw new IllegalArgumentException("no unit");
    }
    return Integer.parseInt(suffix.substring(1));
  }
}
