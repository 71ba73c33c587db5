package dev.flint.agent.pod;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * An object of a document, with its place in it: errors name the field as kubectl does, and fields
 * that nobody asked for are noticed. Confined to one thread.
 */
final class Fields {
  private final JsonObject object;
  private final Subject subject;
  private final String path;
  private final Set<String> known = new HashSet<>();

  /** A whole document. */
  Fields(JsonObject document, Subject subject) {
    this(document, subject, "");
  }

  private Fields(JsonObject object, Subject subject, String path) {
    this.object = object;
    this.subject = subject;
    this.path = path;
  }

  boolean has(String name) {
    known.add(name);
    return object.has(name);
  }

  String text(String name, String fallback) throws FlintException {
    known.add(name);
    try {
      return object.string(name).orElse(fallback);
    } catch (FlintException e) {
      throw bad(name, "must be a string; put it in quotes");
    }
  }

  String required(String name) throws FlintException {
    String text = text(name, "");
    if (text.isEmpty()) {
      throw bad(name, "required");
    }
    return text;
  }

  /** A string, or a number's text; empty if absent. */
  String scalar(String name) throws FlintException {
    known.add(name);
    try {
      return object.scalar(name).orElse("");
    } catch (FlintException e) {
      throw bad(name, "must be a string or a number");
    }
  }

  boolean flag(String name) throws FlintException {
    known.add(name);
    try {
      return object.flag(name);
    } catch (FlintException e) {
      throw bad(name, "must be true or false");
    }
  }

  /** A truth value that need not be said. */
  boolean flag(String name, boolean fallback) throws FlintException {
    boolean value = flag(name);
    return object.has(name) ? value : fallback;
  }

  int number(String name, int fallback, int min, int max) throws FlintException {
    known.add(name);
    OptionalLong value;
    try {
      value = object.integer(name);
    } catch (FlintException e) {
      throw bad(name, "must be a whole number");
    }
    long number = value.orElse(fallback);
    if (value.isPresent() && (number < min || number > max)) {
      throw bad(name, "must be between " + min + " and " + max);
    }
    return (int) number;
  }

  Optional<Fields> object(String name) throws FlintException {
    known.add(name);
    try {
      Optional<JsonObject> value = object.object(name);
      return value.isEmpty()
          ? Optional.empty()
          : Optional.of(new Fields(value.get(), subject, at(name)));
    } catch (FlintException e) {
      throw bad(name, "must be an object");
    }
  }

  Fields requiredObject(String name) throws FlintException {
    Optional<Fields> value = object(name);
    if (value.isEmpty()) {
      throw bad(name, "required");
    }
    return value.get();
  }

  List<Fields> list(String name) throws FlintException {
    known.add(name);
    List<JsonObject> values;
    try {
      values = object.objects(name);
    } catch (FlintException e) {
      throw bad(name, "must be a list of objects");
    }
    List<Fields> out = new ArrayList<>(values.size());
    for (JsonObject value : values) {
      out.add(new Fields(value, subject, at(name) + "[" + out.size() + "]"));
    }
    return out;
  }

  List<String> texts(String name) throws FlintException {
    known.add(name);
    try {
      return object.strings(name);
    } catch (FlintException e) {
      throw bad(name, "must be a list of strings; put numbers in quotes");
    }
  }

  /** Whole numbers, at most so many of them. */
  List<Integer> numbers(String name, int min, int max, int count) throws FlintException {
    known.add(name);
    List<Integer> out = new ArrayList<>();
    try {
      for (String text : object.scalars(name)) {
        int number = Integer.parseInt(text);
        if (number < min || number > max || out.size() >= count) {
          throw new NumberFormatException();
        }
        out.add(number);
      }
    } catch (FlintException | NumberFormatException e) {
      throw bad(
          name, "must be a list of at most " + count + " numbers between " + min + " and " + max);
    }
    return out;
  }

  Map<String, String> map(String name) throws FlintException {
    known.add(name);
    try {
      return object.stringMap(name);
    } catch (FlintException e) {
      throw bad(name, "must be a map of strings; put numbers and true or false in quotes");
    }
  }

  /** Fields that mean nothing on one device and are passed over without a word. */
  void silent(String... names) {
    known.addAll(List.of(names));
  }

  /** Fields that are passed over with a warning. */
  void ignored(String... names) {
    for (String name : names) {
      if (known.add(name) && !object.saysNothing(name)) {
        subject.warn(at(name) + ": ignored");
      }
    }
  }

  /** A field that only a cluster sees to: where there is none, it is passed over with a warning. */
  void seenToByCluster(String name) {
    if (subject.isLenient()) {
      silent(name);
    } else {
      ignored(name);
    }
  }

  /** Fields that would change what runs, so a pod that has them does not run. */
  void unsupported(String... names) throws FlintException {
    for (String name : names) {
      if (known.add(name) && !object.saysNothing(name)) {
        throw new FlintException(
            ErrorCode.UNSUPPORTED, subject.say(at(name), "not supported on this device"));
      }
    }
  }

  /**
   * Refuses all fields that were not asked for, as they may be misspelt ones, unless the subject is
   * lenient.
   */
  void end() throws FlintException {
    for (String name : object.names()) {
      if (!known.contains(name)) {
        if (!subject.isLenient()) {
          throw bad(name, "unknown field");
        }
        ignored(name);
      }
    }
  }

  /** The first field that was not asked for. */
  Optional<String> unknown() {
    for (String name : object.names()) {
      if (!known.contains(name)) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }

  /** A failure at a field of this object. */
  FlintException bad(String name, String rule) {
    return new FlintException(ErrorCode.PROTOCOL, subject.say(at(name), rule));
  }

  /** A failure of this object. */
  FlintException bad(String rule) {
    return new FlintException(ErrorCode.PROTOCOL, subject.say(path, rule));
  }

  private String at(String name) {
    // A name from outside may be long.
    String shown = name.length() > 64 ? name.substring(0, 64) + "..." : name;
    return path.isEmpty() ? shown : path + "." + shown;
  }
}
