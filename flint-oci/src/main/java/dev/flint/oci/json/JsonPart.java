package dev.flint.oci.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads one value of a stream into a tree, as long as it is within limits and sensible. From then
 * on it reads to the value's end and keeps only plain members of the outer object and of the
 * objects in it, in whatever order they come.
 */
final class JsonPart {
  private static final int MAX_DEPTH = 64;

  /** Of an item with a problem: so many members of an object, with so long texts. */
  private static final int KEPT_MEMBERS = 64;

  private static final int KEPT_TEXT = 1024;

  /** What a value takes in a tree, roughly. */
  private static final int WEIGHT = 60;

  private final JsonParser parser;
  private final JsonStream.Limits limits;
  private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
  private int values;
  private int characters;
  private String problem = "";

  JsonPart(JsonParser parser, JsonStream.Limits limits) {
    this.parser = parser;
    this.limits = limits;
  }

  /** Why it is not whole; empty if it is. */
  String problem() {
    return problem;
  }

  /** Reads the value that the parser is at, as an item. */
  JsonItem item(String what) throws IOException {
    JsonNode value = value(0);
    if (!(value instanceof ObjectNode object)) {
      return new JsonItem(JsonObject.empty(), "it is not a JSON object", 0);
    }
    ObjectNode kept = problem.isEmpty() ? object : plain(object, true);
    int weight = problem.isEmpty() ? characters + WEIGHT * values : 0;
    return new JsonItem(new JsonObject(kept, "an item of " + what), problem, weight);
  }

  /** Reads the value that the parser is at, as a member. */
  void member(ObjectNode object, String name) throws IOException {
    JsonNode value = value(1);
    if (value != null) {
      object.set(name, value);
    }
  }

  /** The value, or what is kept of it; null for nothing. */
  private @Nullable JsonNode value(int depth) throws IOException {
    JsonToken token = parser.currentToken();
    if (++values > limits.values()) {
      refuse("it has more than " + limits.values() + " values");
    }
    if (depth > MAX_DEPTH) {
      refuse("it is nested too deep");
      parser.skipChildren();
      return null;
    }
    return switch (token) {
      case START_OBJECT -> object(depth);
      case START_ARRAY -> array(depth);
      case VALUE_STRING ->
          fits(parser.getTextLength()) && isSound(parser.getText()) ? JsonTree.plain(parser) : null;
      default -> JsonTree.plain(parser);
    };
  }

  private ObjectNode object(int depth) throws IOException {
    ObjectNode object = JsonTree.NODES.objectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (depth <= 1 && limits.leftOut().contains(name)) {
        parser.skipChildren();
        continue;
      }
      if (object.has(name)) {
        refuse("a member is there twice");
      }
      boolean sound = fits(name.length()) && isSound(name);
      if (problem.isEmpty() || (sound && isKept(object, depth, token))) {
        JsonNode value = value(depth + 1);
        if (value != null && (problem.isEmpty() || !object.has(name))) {
          object.set(name, value);
        }
      } else {
        parser.skipChildren();
      }
    }
    return object;
  }

  private static boolean isKept(ObjectNode object, int depth, JsonToken token) {
    boolean plain = token != JsonToken.START_OBJECT && token != JsonToken.START_ARRAY;
    return object.size() < KEPT_MEMBERS
        && ((depth <= 1 && plain) || (depth == 0 && token == JsonToken.START_OBJECT));
  }

  private ArrayNode array(int depth) throws IOException {
    ArrayNode array = JsonTree.NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      JsonNode value = null;
      if (problem.isEmpty()) {
        value = value(depth + 1);
      } else {
        parser.skipChildren();
      }
      if (value != null) {
        array.add(value);
      }
    }
    return array;
  }

  /** Whether a text of this length is taken. */
  private boolean fits(int length) {
    if (problem.isEmpty() && length > limits.characters() - characters) {
      refuse("its texts have more than " + limits.characters() + " characters");
    }
    if (!problem.isEmpty()) {
      return length <= KEPT_TEXT;
    }
    characters += length;
    return true;
  }

  /** A server never writes half a character, and nothing could be done with it. */
  private boolean isSound(String text) {
    if (encoder.canEncode(text)) {
      return true;
    }
    refuse("it escapes half a character");
    return false;
  }

  private void refuse(String why) {
    if (problem.isEmpty()) {
      problem = why;
    }
  }

  private static ObjectNode plain(ObjectNode object, boolean outer) {
    ObjectNode plain = JsonTree.NODES.objectNode();
    for (var member : object.properties()) {
      JsonNode value = member.getValue();
      boolean isShort = !value.isTextual() || value.textValue().length() <= KEPT_TEXT;
      if (plain.size() >= KEPT_MEMBERS) {
        break;
      } else if (outer && value instanceof ObjectNode inner) {
        plain.set(member.getKey(), plain(inner, false));
      } else if (value.isValueNode() && isShort) {
        plain.set(member.getKey(), value);
      }
    }
    return plain;
  }
}
