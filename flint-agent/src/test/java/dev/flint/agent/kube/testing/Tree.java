package dev.flint.agent.kube.testing;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A JSON object that can be changed, which {@link JsonObject} cannot. A value is a {@link
 * JsonValue} that holds no other, a list of values or a map of them. What is in the store is never
 * changed: {@link #copy} first. Not thread-safe while it is changed.
 */
final class Tree {
  static final JsonValue NULL = new JsonValue.Null();

  private final Map<String, Object> members;

  private Tree(Map<String, Object> members) {
    this.members = members;
  }

  Tree() {
    this(new LinkedHashMap<>());
  }

  static Tree parse(byte[] bytes, String what) throws FlintException {
    return of(JsonObject.parse(bytes, what));
  }

  static Tree of(JsonObject object) {
    return new Tree(map(object));
  }

  @SuppressWarnings("unchecked")
  static Tree over(Object map) {
    return new Tree((Map<String, Object>) map);
  }

  private static Map<String, Object> map(JsonObject object) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (String name : object.names()) {
      object.member(name).ifPresent(value -> map.put(name, value(value)));
    }
    return map;
  }

  private static Object value(JsonValue value) {
    if (value instanceof JsonValue.Members inner) {
      return map(inner.object());
    } else if (value instanceof JsonValue.Items items) {
      List<Object> list = new ArrayList<>();
      items.items().forEach(item -> list.add(value(item)));
      return list;
    }
    return value;
  }

  static Object copyOf(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach((name, member) -> copy.put((String) name, copyOf(member)));
      return copy;
    } else if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(item -> copy.add(copyOf(item)));
      return copy;
    }
    return value;
  }

  Tree copy() {
    return over(copyOf(members));
  }

  /** The members themselves, for who merges. */
  Map<String, Object> members() {
    return members;
  }

  /** The object as those see it who cannot change it. */
  JsonObject object() {
    try {
      return JsonObject.parse(bytes(), "object");
    } catch (FlintException e) {
      throw new IllegalStateException(e);
    }
  }

  byte[] bytes() {
    return toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(Object value, StringBuilder out) {
    if (value instanceof Map<?, ?> map) {
      char before = '{';
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(before).append(new JsonValue.Text((String) entry.getKey()).json()).append(':');
        write(entry.getValue(), out);
        before = ',';
      }
      out.append(map.isEmpty() ? "{}" : "}");
    } else if (value instanceof List<?> list) {
      char before = '[';
      for (Object item : list) {
        out.append(before);
        write(item, out);
        before = ',';
      }
      out.append(list.isEmpty() ? "[]" : "]");
    } else {
      out.append(((JsonValue) value).json());
    }
  }

  boolean has(String name) {
    return members.containsKey(name);
  }

  Optional<Tree> child(String name) {
    return members.get(name) instanceof Map<?, ?> map ? Optional.of(over(map)) : Optional.empty();
  }

  /** The member that is an object, made if there is none. */
  Tree make(String name) {
    if (!(members.get(name) instanceof Map<?, ?>)) {
      members.put(name, new LinkedHashMap<String, Object>());
    }
    return over(members.get(name));
  }

  /** The member that is an array of objects; empty if there is none. */
  List<Tree> children(String name) {
    List<Tree> out = new ArrayList<>();
    if (members.get(name) instanceof List<?> list) {
      for (Object item : list) {
        if (item instanceof Map<?, ?> map) {
          out.add(over(map));
        }
      }
    }
    return out;
  }

  /** A string, or the text of a number or truth value, at the end of a path. */
  Optional<String> text(String... path) {
    Object at = members;
    for (String name : path) {
      if (!(at instanceof Map<?, ?> map) || !map.containsKey(name)) {
        return Optional.empty();
      }
      at = map.get(name);
    }
    if (at instanceof JsonValue.Text text) {
      return Optional.of(text.text());
    }
    return at instanceof JsonValue.Numeral || at instanceof JsonValue.Flag
        ? Optional.of(((JsonValue) at).json())
        : Optional.empty();
  }

  OptionalLong number(String... path) {
    Optional<String> text = text(path);
    return text.isPresent() && text.get().matches("-?\\d{1,18}")
        ? OptionalLong.of(Long.parseLong(text.get()))
        : OptionalLong.empty();
  }

  /** The strings of an array; empty if there is none. */
  List<String> strings(String name) {
    List<String> out = new ArrayList<>();
    if (members.get(name) instanceof List<?> list) {
      for (Object item : list) {
        if (item instanceof JsonValue.Text text) {
          out.add(text.text());
        }
      }
    }
    return out;
  }

  Tree set(String name, String value) {
    members.put(name, new JsonValue.Text(value));
    return this;
  }

  Tree set(String name, long value) {
    members.put(name, new JsonValue.Numeral(String.valueOf(value)));
    return this;
  }

  Tree set(String name, boolean value) {
    members.put(name, new JsonValue.Flag(value));
    return this;
  }

  Tree set(String name, Tree value) {
    members.put(name, value.members);
    return this;
  }

  Tree set(String name, List<Tree> values) {
    List<Object> list = new ArrayList<>();
    values.forEach(value -> list.add(value.members));
    members.put(name, list);
    return this;
  }

  Tree setTexts(String name, List<String> values) {
    List<Object> list = new ArrayList<>();
    values.forEach(value -> list.add(new JsonValue.Text(value)));
    members.put(name, list);
    return this;
  }

  /** Sets a string where there is none yet. */
  void preset(String name, String value) {
    members.putIfAbsent(name, new JsonValue.Text(value));
  }

  /** Sets a number where there is none yet. */
  void preset(String name, long value) {
    members.putIfAbsent(name, new JsonValue.Numeral(String.valueOf(value)));
  }

  void remove(String name) {
    members.remove(name);
  }

  /** Makes a member what it is in another object, there or not. */
  void takeFrom(Tree other, String name) {
    Object value = other.members.get(name);
    if (value == null) {
      members.remove(name);
    } else {
      members.put(name, copyOf(value));
    }
  }

  /** Forgets members that are null, as a server does that knows types. */
  Tree withoutNulls() {
    dropNulls(members);
    return this;
  }

  private static void dropNulls(Object value) {
    if (value instanceof Map<?, ?> map) {
      map.values().removeIf(NULL::equals);
      map.values().forEach(Tree::dropNulls);
    } else if (value instanceof List<?> list) {
      list.forEach(Tree::dropNulls);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tree that && members.equals(that.members);
  }

  @Override
  public int hashCode() {
    return members.hashCode();
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    write(members, out);
    return out.toString();
  }
}
