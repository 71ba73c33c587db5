package dev.flint.build.file;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A map of the build file with its place in it. It remembers what it was asked for, so that {@link
 * #end} can tell keys that nobody knows. Confined to one thread.
 */
final class Section {
  private static final String QUOTE =
      "put it in quotes: YAML takes 1.0, true and the like for something else";

  private final JsonObject json;
  private final String what;
  private final String path;
  private final Set<String> known = new LinkedHashSet<>();

  private Section(JsonObject json, String what, String path) {
    this.json = json;
    this.what = what;
    this.path = path;
  }

  /**
   * A whole document.
   *
   * @param what names it in errors
   */
  static Section of(JsonObject document, String what) {
    return new Section(document, what, "");
  }

  boolean has(String key) {
    known.add(key);
    return json.has(key);
  }

  /** A string; empty if absent. */
  String text(String key) throws FlintException {
    known.add(key);
    Optional<String> text;
    try {
      text = json.string(key);
    } catch (FlintException e) {
      throw typed(e, key, "must be a string", QUOTE);
    }
    return printable(key, text.orElse(""));
  }

  /** A string that must be there. */
  String required(String key) throws FlintException {
    String text = text(key);
    if (text.isEmpty()) {
      throw bad(key, "is required");
    }
    return text;
  }

  /** A string, or the text of a number; empty if absent. */
  String scalar(String key) throws FlintException {
    known.add(key);
    Optional<String> text;
    try {
      text = json.scalar(key);
    } catch (FlintException e) {
      throw typed(e, key, "must be a number or a string", "");
    }
    return printable(key, text.orElse(""));
  }

  boolean flag(String key) throws FlintException {
    known.add(key);
    try {
      return json.flag(key);
    } catch (FlintException e) {
      throw typed(e, key, "must be true or false", "");
    }
  }

  OptionalLong number(String key, long min, long max) throws FlintException {
    known.add(key);
    OptionalLong number;
    try {
      number = json.integer(key);
    } catch (FlintException e) {
      throw typed(e, key, "must be a whole number", "");
    }
    if (number.isPresent() && (number.getAsLong() < min || number.getAsLong() > max)) {
      throw bad(key, "must be within " + min + " and " + max);
    }
    return number;
  }

  /** A list of strings; one string alone is a list of itself. */
  List<String> texts(String key) throws FlintException {
    known.add(key);
    if (json.isText(key)) {
      return List.of(text(key));
    }
    return list(key);
  }

  /** A list of strings, and nothing else. */
  List<String> list(String key) throws FlintException {
    known.add(key);
    List<String> texts;
    try {
      texts = json.strings(key);
    } catch (FlintException e) {
      throw typed(e, key, "must be a list of strings", QUOTE);
    }
    for (String text : texts) {
      printable(key, text);
    }
    return texts;
  }

  /** A list of strings, or of numbers that are read as strings. */
  List<String> scalars(String key) throws FlintException {
    known.add(key);
    try {
      return json.scalars(key);
    } catch (FlintException e) {
      throw typed(e, key, "must be a list of numbers or strings", "");
    }
  }

  /** A map of strings, in the order of the file. */
  Map<String, String> map(String key) throws FlintException {
    known.add(key);
    Map<String, String> out = new LinkedHashMap<>();
    Optional<Section> map = section(key);
    if (map.isPresent()) {
      for (String name : map.get().json.names()) {
        if (name.isEmpty()) {
          throw bad(key, "has an empty key");
        }
        out.put(printable(key, name), map.get().text(name));
      }
    }
    return out;
  }

  boolean isMap(String key) {
    known.add(key);
    return json.isObject(key);
  }

  /** A map of its own. */
  Optional<Section> section(String key) throws FlintException {
    known.add(key);
    try {
      return json.object(key).map(object -> new Section(object, what, place(key)));
    } catch (FlintException e) {
      throw typed(e, key, "must be a map", "");
    }
  }

  /** A list of maps. */
  List<Section> sections(String key) throws FlintException {
    known.add(key);
    List<Section> out = new ArrayList<>();
    try {
      for (JsonObject object : json.objects(key)) {
        out.add(new Section(object, what, place(key) + "[" + out.size() + "]"));
      }
    } catch (FlintException e) {
      throw typed(e, key, "must be a list of maps", "");
    }
    return out;
  }

  /** Refuses keys that nobody asked for. */
  void end() throws FlintException {
    for (String name : json.names()) {
      if (!known.contains(name)) {
        String where = path.isEmpty() ? what : what + ", " + path;
        Optional<String> near = NearWord.of(name, known);
        throw new FlintException(
            ErrorCode.USAGE,
            where + ": unknown key \"" + name + "\"",
            near.map(word -> "did you mean \"" + word + "\"?")
                .orElse("known are: " + String.join(", ", known)));
      }
    }
  }

  /** Complains about a value; {@code rule} says what is wrong with it. */
  FlintException bad(String key, String rule) {
    return bad(key, rule, "");
  }

  FlintException bad(String key, String rule, String remedy) {
    return new FlintException(ErrorCode.USAGE, what + ": " + place(key) + " " + rule, remedy);
  }

  private FlintException typed(FlintException cause, String key, String rule, String remedy) {
    return new FlintException(
        ErrorCode.USAGE, what + ": " + place(key) + " " + rule, remedy, cause);
  }

  /** A NUL or line break would end a word where nobody sees it. */
  private String printable(String key, String text) throws FlintException {
    if (text.chars().anyMatch(c -> (c < ' ' && c != '\n' && c != '\t') || c == 0x7f)) {
      throw bad(key, "holds control characters");
    }
    return text;
  }

  private String place(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
