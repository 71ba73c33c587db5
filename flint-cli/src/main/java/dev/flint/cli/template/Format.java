package dev.flint.cli.template;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code printf} does: {@code %s}, {@code %v}, {@code %q}, {@code %d}, {@code %x}, {@code %f}
 * and {@code %t} with the flags {@code -+0}, a width and a precision, as Go has them. Where Go
 * prints that a value does not fit, it fails.
 */
final class Format {
  private static final Pattern VERB =
      Pattern.compile("%(?<flags>[-+0]*)(?<width>[0-9]{0,3})(?<point>\\.[0-9]{0,3})?(?<verb>.?)");

  private Format() {}

  /**
   * Fills in a format.
   *
   * @param all the format itself, then its values
   */
  static String of(String format, List<JsonValue> all) throws FlintException {
    StringBuilder text = new StringBuilder();
    Matcher verb = VERB.matcher(format);
    int used = 1;
    int end = 0;
    while (verb.find()) {
      text.append(format, end, verb.start());
      end = verb.end();
      if (verb.group().equals("%%")) {
        text.append('%');
      } else if (used == all.size()) {
        throw Template.wrong("gives printf no value for " + verb.group());
      } else {
        text.append(filled(verb, all.get(used++)));
      }
    }
    if (used < all.size()) {
      throw Template.wrong("gives printf more values than its format takes: " + format);
    }
    return text.append(format, end, format.length()).toString();
  }

  private static String filled(Matcher verb, JsonValue value) throws FlintException {
    String flags = verb.group("flags");
    int width = verb.group("width").isEmpty() ? 0 : Integer.parseInt(verb.group("width"));
    String text = text(verb, value);
    if (text.codePointCount(0, text.length()) >= width) {
      return text;
    }
    String fill = " ".repeat(width - text.codePointCount(0, text.length()));
    if (flags.indexOf('-') >= 0) {
      return text + fill;
    }
    boolean zeros = flags.indexOf('0') >= 0 && value instanceof JsonValue.Numeral;
    int sign = zeros && (text.startsWith("-") || text.startsWith("+")) ? 1 : 0;
    return zeros
        ? text.substring(0, sign) + fill.replace(' ', '0') + text.substring(sign)
        : fill + text;
  }

  private static String text(Matcher verb, JsonValue value) throws FlintException {
    String point = verb.group("point");
    int precision = point == null || point.length() == 1 ? 0 : Integer.parseInt(point.substring(1));
    switch (verb.group("verb")) {
      case "s", "v" -> {
        String text = Values.text(value);
        return point == null || precision >= text.codePointCount(0, text.length())
            ? text
            : text.substring(0, text.offsetByCodePoints(0, precision));
      }
      case "q" -> {
        if (value instanceof JsonValue.Text) {
          return Values.json(value);
        }
      }
      case "t" -> {
        if (value instanceof JsonValue.Flag) {
          return Values.text(value);
        }
      }
      case "d", "x" -> {
        if (value instanceof JsonValue.Numeral number && isWhole(number)) {
          int radix = verb.group("verb").equals("x") ? 16 : 10;
          return signed(verb, new BigDecimal(number.digits()).toBigInteger().toString(radix));
        }
      }
      case "f" -> {
        if (value instanceof JsonValue.Numeral number && isShort(number)) {
          BigDecimal decimal = new BigDecimal(number.digits());
          int places = point == null ? 6 : precision;
          return signed(verb, decimal.setScale(places, RoundingMode.HALF_EVEN).toPlainString());
        }
      }
      default -> throw Template.wrong("has " + verb.group() + ", which printf does not know");
    }
    throw Template.wrong("gives printf " + Values.kind(value) + " for " + verb.group());
  }

  private static String signed(Matcher verb, String number) {
    return verb.group("flags").indexOf('+') >= 0 && !number.startsWith("-") ? "+" + number : number;
  }

  private static boolean isWhole(JsonValue.Numeral number) {
    return isShort(number) && new BigDecimal(number.digits()).stripTrailingZeros().scale() <= 0;
  }

  /** Not 1e999999999, which has as many digits. */
  private static boolean isShort(JsonValue.Numeral number) {
    BigDecimal decimal = new BigDecimal(number.digits());
    return Math.abs((long) decimal.precision() - decimal.scale()) < 1000;
  }
}
