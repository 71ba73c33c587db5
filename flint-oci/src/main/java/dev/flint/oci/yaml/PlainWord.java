package dev.flint.oci.yaml;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a word without quotes means: the core schema of YAML 1.2 (10.3.2), and the octal numbers of
 * YAML 1.1, as Kubernetes documents have file modes such as {@code 0400}.
 */
final class PlainWord {
  private static final int MAX_NUMBER = 40;

  private PlainWord() {}

  /** JSON for a word that is no string, or null for a string. */
  static @Nullable String json(String word) {
    switch (word) {
      case "", "~", "null", "Null", "NULL" -> {
        return "null";
      }
      case "true", "True", "TRUE" -> {
        return "true";
      }
      case "false", "False", "FALSE" -> {
        return "false";
      }
      default -> {
        return word.length() <= MAX_NUMBER && maybeNumber(word) ? number(word) : null;
      }
    }
  }

  private static boolean maybeNumber(String word) {
    char c = word.charAt(0);
    return isDigit(c) || ((c == '-' || c == '+' || c == '.') && word.length() > 1);
  }

  private static @Nullable String number(String word) {
    boolean negative = word.charAt(0) == '-';
    String digits = negative || word.charAt(0) == '+' ? word.substring(1) : word;
    if (digits.startsWith("0x") && all(digits, 2, 16)) {
      return signed(negative, digits.substring(2), 16);
    }
    if (digits.startsWith("0o") && all(digits, 2, 8)) {
      return signed(negative, digits.substring(2), 8);
    }
    if (digits.length() > 1 && digits.charAt(0) == '0' && all(digits, 1, 8)) {
      return signed(negative, digits.substring(1), 8);
    }
    if (all(digits, 0, 10)) {
      return signed(negative, digits, 10);
    }
    return decimal(negative, digits);
  }

  private static String signed(boolean negative, String digits, int radix) {
    BigInteger value = new BigInteger(digits, radix);
    return (negative ? value.negate() : value).toString();
  }

  /** A fraction or exponent; the exponent has at most three digits. */
  private static @Nullable String decimal(boolean negative, String text) {
    int at = 0;
    int digits = 0;
    boolean point = false;
    while (at < text.length() && (isDigit(text.charAt(at)) || (text.charAt(at) == '.' && !point))) {
      if (text.charAt(at) == '.') {
        point = true;
      } else {
        digits++;
      }
      at++;
    }
    if (digits == 0) {
      return null;
    }
    if (at < text.length()) {
      int sign = at + 1 < text.length() && "+-".indexOf(text.charAt(at + 1)) >= 0 ? 1 : 0;
      int exponent = at + 1 + sign;
      if ("eE".indexOf(text.charAt(at)) < 0
          || text.length() - exponent > 3
          || !all(text, exponent, 10)) {
        return null;
      }
    }
    BigDecimal value = new BigDecimal(text);
    return (negative ? value.negate() : value).toString();
  }

  private static boolean all(String text, int from, int radix) {
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) > 'f' || Character.digit(text.charAt(i), radix) < 0) {
        return false;
      }
    }
    return from < text.length();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
