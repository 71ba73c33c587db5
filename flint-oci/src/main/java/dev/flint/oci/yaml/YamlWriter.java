package dev.flint.oci.yaml;

import dev.flint.oci.json.JsonListing;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.json.JsonValue;
import java.io.IOException;
import java.io.Writer;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.emitter.Emitter;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.events.DocumentEndEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.ImplicitTuple;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.events.StreamEndEvent;
import org.yaml.snakeyaml.events.StreamStartEvent;

/**
 * Writes JSON as YAML, in the same order. What a reader of YAML 1.1 or 1.2 could take for anything
 * but a string is quoted, and so is what a terminal should not see. Used once.
 */
public final class YamlWriter {
  private static final @Nullable Mark NOWHERE = null;

  /** Other truth values of YAML 1.1, and what it merges by. */
  private static final Set<String> WORDS = Set.of("y", "n", "yes", "no", "on", "off", "<<", "=");

  private final Emitter emitter;

  private YamlWriter(Emitter emitter) {
    this.emitter = emitter;
  }

  /** Writes one document of one object, with a line end, and flushes. */
  public static void write(JsonListing object, Writer out) throws IOException {
    DumperOptions options = new DumperOptions();
    options.setSplitLines(false);
    options.setAllowUnicode(false);
    options.setIndicatorIndent(0);
    new YamlWriter(new Emitter(out, options)).document(object);
  }

  private void document(JsonListing object) throws IOException {
    emit(new StreamStartEvent(NOWHERE, NOWHERE));
    emit(new DocumentStartEvent(NOWHERE, NOWHERE, false, null, null));
    emit(new MappingStartEvent(null, null, true, NOWHERE, NOWHERE, FlowStyle.BLOCK));
    for (String name : object.document().names()) {
      string(name);
      if (object.isList(name)) {
        items(object.items());
      } else {
        value(object.document().member(name).orElseThrow());
      }
    }
    emit(new MappingEndEvent(NOWHERE, NOWHERE));
    emit(new DocumentEndEvent(NOWHERE, NOWHERE, false));
    emit(new StreamEndEvent(NOWHERE, NOWHERE));
  }

  private void value(JsonValue value) throws IOException {
    if (value instanceof JsonValue.Members members) {
      members(members.object());
    } else if (value instanceof JsonValue.Items items) {
      items(items.items());
    } else if (value instanceof JsonValue.Text text) {
      string(text.text());
    } else {
      scalar(value.json(), ScalarStyle.PLAIN);
    }
  }

  private void items(Iterable<JsonValue> items) throws IOException {
    emit(new SequenceStartEvent(null, null, true, NOWHERE, NOWHERE, FlowStyle.BLOCK));
    for (JsonValue item : items) {
      value(item);
    }
    emit(new SequenceEndEvent(NOWHERE, NOWHERE));
  }

  private void members(JsonObject object) throws IOException {
    emit(new MappingStartEvent(null, null, true, NOWHERE, NOWHERE, FlowStyle.BLOCK));
    for (String name : object.names()) {
      string(name);
      value(object.member(name).orElseThrow());
    }
    emit(new MappingEndEvent(NOWHERE, NOWHERE));
  }

  private void string(String text) throws IOException {
    scalar(text, isPlain(text) ? ScalarStyle.PLAIN : ScalarStyle.DOUBLE_QUOTED);
  }

  /** Where the first character is a letter no reader sees a number or a time. */
  private static boolean isPlain(String text) {
    return !text.isEmpty()
        && (Character.isLetter(text.charAt(0)) || text.charAt(0) == '/')
        && text.chars().allMatch(c -> c >= ' ' && c <= '~')
        && PlainWord.json(text) == null
        && !WORDS.contains(text.toLowerCase(Locale.ROOT));
  }

  private void scalar(String text, ScalarStyle style) throws IOException {
    // Both true: no tag is written; the emitter quotes what cannot stand as it is.
    emit(new ScalarEvent(null, null, new ImplicitTuple(true, true), text, NOWHERE, NOWHERE, style));
  }

  private void emit(Event event) throws IOException {
    emitter.emit(event);
  }
}
