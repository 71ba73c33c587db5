package dev.flint.oci.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * An immutable JSON object. Members nobody asks for are kept, in order, with their exact numbers,
 * so a changed copy differs from its origin only in what was changed.
 *
 * <p>Readers are strict: a member of the wrong type is {@link ErrorCode#PROTOCOL}; an absent one
 * and an explicit {@code null} read the same. Thread-safe.
 */
public final class JsonObject {
  final ObjectNode node;
  private final String what;

  JsonObject(ObjectNode node, String what) {
    this.node = node;
    this.what = what;
  }

  /** An object without members. */
  public static JsonObject empty() {
    return new JsonObject(JsonTree.NODES.objectNode(), "object");
  }

  /**
   * Reads one document of at most 4 MiB.
   *
   * @param what names the document in errors, for example {@code manifest sha256:ab...}
   * @throws FlintException PROTOCOL if it is not one JSON object, POLICY if it is over a limit
   */
  public static JsonObject parse(byte[] bytes, String what) throws FlintException {
    return new JsonObject(StrictJson.read(bytes, what), what);
  }

  /** Reads one document that is an array of objects; all else is as with {@link #parse}. */
  public static List<JsonObject> parseArray(byte[] bytes, String what) throws FlintException {
    return objects(
        StrictJson.readArray(bytes, what),
        what,
        () -> new FlintException(ErrorCode.PROTOCOL, what + " is not an array of objects"));
  }

  /** An array of objects as a document, without white space. */
  public static byte[] arrayBytes(List<JsonObject> objects) {
    ArrayNode array = JsonTree.NODES.arrayNode();
    objects.forEach(object -> array.add(object.node));
    return StrictJson.write(array, StrictJson.Style.WIRE);
  }

  private static List<JsonObject> objects(
      Iterable<JsonNode> elements, String what, Supplier<FlintException> complaint)
      throws FlintException {
    List<JsonObject> out = new ArrayList<>();
    for (JsonNode element : elements) {
      if (!(element instanceof ObjectNode object)) {
        throw complaint.get();
      }
      out.add(new JsonObject(object, what + "[" + out.size() + "]"));
    }
    return Collections.unmodifiableList(out);
  }

  /** Whether the member is there and not null. */
  public boolean has(String name) {
    return node.hasNonNull(name);
  }

  /** Whether the member is absent, or null, false or empty. */
  public boolean saysNothing(String name) {
    JsonNode value = node.get(name);
    return value == null
        || value.isNull()
        || (value.isBoolean() && !value.booleanValue())
        || (value.isTextual() && value.textValue().isEmpty())
        || (value.isContainerNode() && value.isEmpty());
  }

  /** Whether the member is a string. */
  public boolean isText(String name) {
    JsonNode value = node.get(name);
    return value != null && value.isTextual();
  }

  /** Whether the member is an object. */
  public boolean isObject(String name) {
    return node.get(name) instanceof ObjectNode;
  }

  /** The member names, in document order. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return Collections.unmodifiableList(names);
  }

  /** A member of whatever type; an explicit null is one too. */
  public Optional<JsonValue> member(String name) {
    return Optional.ofNullable(node.get(name)).map(this::value);
  }

  JsonValue value(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> new JsonValue.Text(value.textValue());
      case NUMBER -> new JsonValue.Numeral(StrictJson.text(value));
      case BOOLEAN -> new JsonValue.Flag(value.booleanValue());
      case ARRAY -> {
        List<JsonValue> items = new ArrayList<>();
        value.forEach(item -> items.add(value(item)));
        yield new JsonValue.Items(items);
      }
      case OBJECT -> new JsonValue.Members(new JsonObject((ObjectNode) value, what));
      default -> new JsonValue.Null();
    };
  }

  /** A string member. */
  public Optional<String> string(String name) throws FlintException {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw wrong(name, "a string");
    }
    return Optional.of(value.textValue());
  }

  /** A string, or the text of a number, for members that may be either. */
  public Optional<String> scalar(String name) throws FlintException {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual() && !value.isNumber()) {
      throw wrong(name, "a string or a number");
    }
    return Optional.of(value.asText());
  }

  /** A whole number within 64 bits. */
  public OptionalLong integer(String name) throws FlintException {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return OptionalLong.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong(name, "a whole number");
    }
    return OptionalLong.of(value.longValue());
  }

  /** A truth value; absent reads as false. */
  public boolean flag(String name) throws FlintException {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw wrong(name, "true or false");
    }
    return value.booleanValue();
  }

  /** An object member. */
  public Optional<JsonObject> object(String name) throws FlintException {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!(value instanceof ObjectNode object)) {
      throw wrong(name, "an object");
    }
    return Optional.of(new JsonObject(object, what + ", " + name));
  }

  /** An array of objects; empty when absent. */
  public List<JsonObject> objects(String name) throws FlintException {
    return objects(array(name), what + ", " + name, () -> wrong(name, "an array of objects"));
  }

  /** An array of strings; empty when absent. */
  public List<String> strings(String name) throws FlintException {
    List<String> out = new ArrayList<>();
    for (JsonNode element : array(name)) {
      if (!element.isTextual()) {
        throw wrong(name, "an array of strings");
      }
      out.add(element.textValue());
    }
    return Collections.unmodifiableList(out);
  }

  /** An array of strings, or of numbers as their texts; empty when absent. */
  public List<String> scalars(String name) throws FlintException {
    List<String> out = new ArrayList<>();
    for (JsonNode element : array(name)) {
      if (!element.isTextual() && !element.isNumber()) {
        throw wrong(name, "an array of strings or numbers");
      }
      out.add(element.asText());
    }
    return Collections.unmodifiableList(out);
  }

  /** An object whose values are strings, in document order; empty when absent. */
  public Map<String, String> stringMap(String name) throws FlintException {
    Map<String, String> out = new LinkedHashMap<>();
    Optional<JsonObject> object = object(name);
    if (object.isPresent()) {
      for (Map.Entry<String, JsonNode> entry : object.get().node.properties()) {
        if (!entry.getValue().isTextual()) {
          throw wrong(name, "a map of strings");
        }
        out.put(entry.getKey(), entry.getValue().textValue());
      }
    }
    return Collections.unmodifiableMap(out);
  }

  /** An array of strings, numbers and truth values as their texts; empty when absent. */
  public List<String> texts(String name) throws FlintException {
    List<String> out = new ArrayList<>();
    for (JsonNode element : array(name)) {
      if (!element.isValueNode() || element.isNull()) {
        throw wrong(name, "an array of plain values");
      }
      out.add(element.asText());
    }
    return Collections.unmodifiableList(out);
  }

  /** An object of strings, numbers, truth values and nulls as their texts; empty when absent. */
  public Map<String, String> textMap(String name) throws FlintException {
    Map<String, String> out = new LinkedHashMap<>();
    Optional<JsonObject> object = object(name);
    if (object.isPresent()) {
      for (Map.Entry<String, JsonNode> entry : object.get().node.properties()) {
        if (!entry.getValue().isValueNode()) {
          throw wrong(name, "a map of plain values");
        }
        out.put(entry.getKey(), entry.getValue().asText(""));
      }
    }
    return Collections.unmodifiableMap(out);
  }

  /** A copy with one string member set. */
  public JsonObject with(String name, String value) {
    return edit(copy -> copy.put(name, value));
  }

  /** A copy with one string member before all others. */
  public JsonObject first(String name, String value) {
    ObjectNode copy = JsonTree.NODES.objectNode();
    copy.put(name, value);
    copy.setAll(node.deepCopy().remove(List.of(name)));
    return new JsonObject(copy, what);
  }

  /** A copy with one member that is null, which in a merge patch takes the member away. */
  public JsonObject withNull(String name) {
    return edit(copy -> copy.putNull(name));
  }

  /** A copy with one number set. */
  public JsonObject with(String name, long value) {
    return edit(copy -> copy.put(name, value));
  }

  /** A copy with one boolean set. */
  public JsonObject with(String name, boolean value) {
    return edit(copy -> copy.put(name, value));
  }

  /** A copy with one object set. */
  public JsonObject with(String name, JsonObject value) {
    return edit(copy -> copy.set(name, value.node));
  }

  /** A copy with an array of objects set. */
  public JsonObject withObjects(String name, List<JsonObject> values) {
    return edit(
        copy -> {
          ArrayNode array = copy.putArray(name);
          values.forEach(value -> array.add(value.node));
        });
  }

  /** A copy with an array of strings set. */
  public JsonObject withStrings(String name, List<String> values) {
    return edit(
        copy -> {
          ArrayNode array = copy.putArray(name);
          values.forEach(array::add);
        });
  }

  /** A copy with an array of whole numbers set. */
  public JsonObject withIntegers(String name, List<Integer> values) {
    return edit(
        copy -> {
          ArrayNode array = copy.putArray(name);
          values.forEach(array::add);
        });
  }

  /** A copy with a map of strings set, its keys sorted. */
  public JsonObject withMap(String name, Map<String, String> values) {
    return edit(copy -> new TreeMap<>(values).forEach(copy.putObject(name)::put));
  }

  /** A copy without the member. */
  public JsonObject without(String name) {
    return edit(copy -> copy.remove(name));
  }

  /** The document, without white space; equal objects give equal bytes. */
  public byte[] bytes() {
    return StrictJson.write(node, StrictJson.Style.WIRE);
  }

  /** The document for a terminal or a log: without white space, what is not ASCII escaped. */
  public byte[] lineBytes() {
    return StrictJson.write(node, StrictJson.Style.LINE);
  }

  /** The document for people, indented. */
  public byte[] prettyBytes() {
    return StrictJson.write(node, StrictJson.Style.INDENTED);
  }

  /** Complains about a member; {@code rule} says what it should be. */
  public FlintException wrong(String name, String rule) {
    return new FlintException(
        ErrorCode.PROTOCOL, what + ": member \"" + name + "\" is not " + rule);
  }

  /** The string member, which must be there. */
  public String requiredString(String name) throws FlintException {
    return string(name).orElseThrow(() -> missing(name));
  }

  /** Complains about an absent member. */
  public FlintException missing(String name) {
    return new FlintException(ErrorCode.PROTOCOL, what + ": member \"" + name + "\" is missing");
  }

  @Override
  public boolean equals(Object other) {
    // Not the trees, which tell a 5 that was read from a 5 that was set, but not order from order.
    return other instanceof JsonObject that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  @Override
  public String toString() {
    return StrictJson.text(node);
  }

  private Iterable<JsonNode> array(String name) throws FlintException {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return List.of();
    }
    if (!value.isArray()) {
      throw wrong(name, "an array");
    }
    return value;
  }

  private JsonObject edit(Consumer<ObjectNode> change) {
    // A shallow copy is enough: children are never changed in place.
    ObjectNode copy = JsonTree.NODES.objectNode();
    copy.setAll(node);
    change.accept(copy);
    return new JsonObject(copy, what);
  }
}
