package dev.flint.cli.template;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.Printable;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.json.JsonValue;
import java.util.List;
import java.util.stream.IntStream;

/** What templates make of values. */
final class Values {
  private Values() {}

  /** As text: strings as they are, numbers, nothing for null, all else as JSON. */
  static String text(JsonValue value) {
    if (value instanceof JsonValue.Text text) {
      return text.text();
    }
    return value instanceof JsonValue.Null ? "" : json(value);
  }

  /** As text for a terminal; line ends and tabs are what templates are made of. */
  static String printed(JsonValue value) {
    StringBuilder out = new StringBuilder();
    for (String part : text(value).split("(?<=[\n\t])|(?=[\n\t])", -1)) {
      out.append(part.equals("\n") || part.equals("\t") ? part : Printable.of(part));
    }
    return out.toString();
  }

  /** As JSON that a terminal can be given. */
  static String json(JsonValue value) {
    StringBuilder out = new StringBuilder();
    for (char c : value.json().toCharArray()) {
      out.append(c > '~' ? "\\u%04x".formatted((int) c) : c);
    }
    return out.toString();
  }

  /** As Go has it: whatever is empty is not. */
  static boolean isTrue(JsonValue value) {
    if (value instanceof JsonValue.Text text) {
      return !text.text().isEmpty();
    } else if (value instanceof JsonValue.Numeral number) {
      return new java.math.BigDecimal(number.digits()).signum() != 0;
    } else if (value instanceof JsonValue.Flag flag) {
      return flag.value();
    } else if (value instanceof JsonValue.Items list) {
      return !list.items().isEmpty();
    }
    return value instanceof JsonValue.Members members && !members.object().names().isEmpty();
  }

  /** What a range goes over: of an object the values, by their names, as Go has it. */
  static List<JsonValue> items(JsonValue value) throws FlintException {
    if (value instanceof JsonValue.Items list) {
      return list.items();
    } else if (value instanceof JsonValue.Members members) {
      JsonObject object = members.object();
      return object.names().stream()
          .sorted()
          .map(name -> object.member(name).orElseThrow())
          .toList();
    } else if (value instanceof JsonValue.Null) {
      return List.of();
    }
    throw Template.wrong("has " + kind(value) + " where a list should be");
  }

  /** The names or numbers of those. */
  static List<JsonValue> keys(JsonValue value) {
    if (value instanceof JsonValue.Members members) {
      return members.object().names().stream()
          .sorted()
          .<JsonValue>map(JsonValue.Text::new)
          .toList();
    }
    int count = value instanceof JsonValue.Items list ? list.items().size() : 0;
    return IntStream.range(0, count)
        .<JsonValue>mapToObj(i -> new JsonValue.Numeral(String.valueOf(i)))
        .toList();
  }

  static String kind(JsonValue value) {
    if (value instanceof JsonValue.Text) {
      return "a string";
    } else if (value instanceof JsonValue.Numeral) {
      return "a number";
    } else if (value instanceof JsonValue.Flag) {
      return "a truth value";
    } else if (value instanceof JsonValue.Items) {
      return "a list";
    }
    return value instanceof JsonValue.Members ? "an object" : "nothing";
  }
}
