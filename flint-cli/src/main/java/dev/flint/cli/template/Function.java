package dev.flint.cli.template;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonValue;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A function of templates: one of Go's or docker's.
 *
 * @param least how many arguments it takes
 */
record Function(String word, int least, int most, Body body) {
  private static final List<Function> ALL =
      List.of(
          new Function("json", 1, 1, Of::json),
          new Function("len", 1, 1, Of::length),
          new Function("index", 1, 20, Of::index),
          new Function("slice", 2, 3, Of::slice),
          new Function("join", 2, 2, Of::join),
          new Function("split", 2, 2, Of::split),
          new Function("upper", 1, 1, all -> text(Of.string(all, 0).toUpperCase(Locale.ROOT))),
          new Function("lower", 1, 1, all -> text(Of.string(all, 0).toLowerCase(Locale.ROOT))),
          new Function("print", 0, 20, all -> text(Of.joined(all, ""))),
          new Function("printf", 1, 20, all -> text(Format.of(Of.string(all, 0), all))),
          new Function("println", 0, 20, all -> text(Of.joined(all, " ") + "\n")),
          new Function(
              "eq",
              2,
              20,
              all -> flag(all.stream().skip(1).anyMatch(each -> Of.same(all.get(0), each)))),
          new Function("ne", 2, 2, all -> flag(!Of.same(all.get(0), all.get(1)))),
          new Function("lt", 2, 2, all -> flag(Of.compare(all) < 0)),
          new Function("le", 2, 2, all -> flag(Of.compare(all) <= 0)),
          new Function("gt", 2, 2, all -> flag(Of.compare(all) > 0)),
          new Function("ge", 2, 2, all -> flag(Of.compare(all) >= 0)),
          // What settles these is found out before they are called.
          new Function("and", 1, 20, all -> all.get(all.size() - 1)),
          new Function("or", 1, 20, all -> all.get(all.size() - 1)),
          new Function("not", 1, 1, all -> flag(!Values.isTrue(all.get(0)))));

  /** What it does. */
  @FunctionalInterface
  interface Body {
    /** Does it. */
    JsonValue of(List<JsonValue> arguments) throws FlintException;
  }

  static Optional<Function> of(String word) {
    return ALL.stream().filter(each -> each.word.equals(word)).findFirst();
  }

  static String words() {
    return ALL.stream().map(Function::word).collect(Collectors.joining(", "));
  }

  boolean takes(int arguments) {
    return arguments >= least && arguments <= most;
  }

  /** Whether a value is what it gives, and no argument after that is looked at. */
  boolean isSettledBy(JsonValue value) {
    return switch (word) {
      case "and" -> !Values.isTrue(value);
      case "or" -> Values.isTrue(value);
      default -> false;
    };
  }

  JsonValue apply(List<JsonValue> arguments) throws FlintException {
    return body.of(arguments);
  }

  private static JsonValue text(String text) {
    return new JsonValue.Text(text);
  }

  private static JsonValue flag(boolean value) {
    return new JsonValue.Flag(value);
  }

  /** The longer ones. */
  private static final class Of {
    private Of() {}

    static JsonValue json(List<JsonValue> all) {
      return text(Values.json(all.get(0)));
    }

    static String string(List<JsonValue> all, int at) throws FlintException {
      if (all.get(at) instanceof JsonValue.Text text) {
        return text.text();
      }
      throw Template.wrong("gives " + Values.kind(all.get(at)) + " where a string should be");
    }

    static JsonValue length(List<JsonValue> all) throws FlintException {
      JsonValue value = all.get(0);
      int length =
          value instanceof JsonValue.Text text
              ? text.text().codePointCount(0, text.text().length())
              : Values.items(value).size();
      return new JsonValue.Numeral(String.valueOf(length));
    }

    /** What an object does not have is null, so that it can be asked for; a list is strict. */
    static JsonValue index(List<JsonValue> all) throws FlintException {
      JsonValue value = all.get(0);
      for (int i = 1; i < all.size(); i++) {
        if (value instanceof JsonValue.Members members) {
          value = members.object().member(string(all, i)).orElseGet(JsonValue.Null::new);
        } else if (value instanceof JsonValue.Items list) {
          int at = position(all.get(i), list.items().size() - 1);
          value = list.items().get(at);
        } else {
          throw Template.wrong("has an index into " + Values.kind(value));
        }
      }
      return value;
    }

    static JsonValue slice(List<JsonValue> all) throws FlintException {
      String whole = string(all, 0);
      int end = all.size() > 2 ? position(all.get(2), whole.length()) : whole.length();
      return text(whole.substring(position(all.get(1), end), end));
    }

    private static int position(JsonValue value, int most) throws FlintException {
      if (value instanceof JsonValue.Numeral number) {
        BigDecimal wanted = new BigDecimal(number.digits());
        if (wanted.signum() >= 0 && wanted.compareTo(BigDecimal.valueOf(most)) <= 0) {
          return wanted.intValue();
        }
        throw Template.wrong("has an index that is not there: " + number.digits());
      }
      throw Template.wrong("has " + Values.kind(value) + " as an index");
    }

    static JsonValue join(List<JsonValue> all) throws FlintException {
      return text(joined(Values.items(all.get(0)), string(all, 1)));
    }

    static JsonValue split(List<JsonValue> all) throws FlintException {
      String[] parts = string(all, 0).split(Pattern.quote(string(all, 1)), -1);
      return new JsonValue.Items(Arrays.stream(parts).map(Function::text).toList());
    }

    static String joined(List<JsonValue> all, String separator) {
      return all.stream().map(Values::text).collect(Collectors.joining(separator));
    }

    static boolean same(JsonValue a, JsonValue b) {
      return (a instanceof JsonValue.Numeral x && b instanceof JsonValue.Numeral y)
          ? new BigDecimal(x.digits()).compareTo(new BigDecimal(y.digits())) == 0
          : a.equals(b);
    }

    static int compare(List<JsonValue> all) throws FlintException {
      JsonValue a = all.get(0);
      JsonValue b = all.get(1);
      if (a instanceof JsonValue.Numeral x && b instanceof JsonValue.Numeral y) {
        return new BigDecimal(x.digits()).compareTo(new BigDecimal(y.digits()));
      } else if (a instanceof JsonValue.Text x && b instanceof JsonValue.Text y) {
        return x.text().compareTo(y.text());
      }
      throw Template.wrong("compares " + Values.kind(a) + " with " + Values.kind(b));
    }
  }
}
