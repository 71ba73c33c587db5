package dev.flint.oci.json;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Any JSON value, for who walks documents whose members are not known. Immutable, thread-safe.
 * Members that are known are read by {@link JsonObject}.
 */
public sealed interface JsonValue {
  /** A string. */
  record Text(String text) implements JsonValue {}

  /** A number, as it is written. */
  record Numeral(String digits) implements JsonValue {}

  /** A truth value. */
  record Flag(boolean value) implements JsonValue {}

  /** No value. */
  record Null() implements JsonValue {}

  /** An array. */
  record Items(List<JsonValue> items) implements JsonValue {
    /** Copies the list. */
    public Items {
      items = List.copyOf(items);
    }
  }

  /** An object. */
  record Members(JsonObject object) implements JsonValue {}

  /** The value as JSON, without white space. */
  default String json() {
    if (this instanceof Text text) {
      return StrictJson.text(JsonTree.NODES.textNode(text.text()));
    } else if (this instanceof Numeral number) {
      return number.digits();
    } else if (this instanceof Flag flag) {
      return String.valueOf(flag.value());
    } else if (this instanceof Items list) {
      return list.items().stream().map(JsonValue::json).collect(Collectors.joining(",", "[", "]"));
    } else if (this instanceof Members members) {
      return members.object().toString();
    }
    return "null";
  }
}
