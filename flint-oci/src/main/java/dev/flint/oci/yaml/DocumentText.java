package dev.flint.oci.yaml;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.Parser;

/**
 * One YAML document as JSON text. An alias is a copy of the text of its anchor, so what a document
 * of many aliases would grow to is seen as it grows. Used once.
 */
final class DocumentText {
  private static final int MAX_CHARACTERS = 4 * 1024 * 1024;
  private static final int MAX_DEPTH = 48;

  private final Parser parser;
  private final String what;
  private final StringBuilder out = new StringBuilder();
  private final Map<String, int[]> anchors = new HashMap<>();

  DocumentText(Parser parser, String what) {
    this.parser = parser;
    this.what = what;
  }

  String read() throws FlintException {
    value(0);
    return out.toString();
  }

  private void value(int depth) throws FlintException {
    Event event = parser.getEvent();
    if (depth > MAX_DEPTH) {
      throw refused(event, "is nested deeper than " + MAX_DEPTH);
    }
    int start = out.length();
    if (event instanceof AliasEvent alias) {
      int[] span = anchors.get(alias.getAnchor());
      if (span == null) {
        throw wrong(event, "an alias of nothing before it");
      }
      room(event, span[1] - span[0]);
      out.append(out, span[0], span[1]);
      return;
    }
    if (event instanceof ScalarEvent scalar) {
      scalar(scalar);
    } else if (event.is(Event.ID.SequenceStart)) {
      sequence(depth);
    } else if (event.is(Event.ID.MappingStart)) {
      mapping(depth);
    } else {
      throw wrong(event, "not a value");
    }
    String anchor = ((NodeEvent) event).getAnchor();
    if (anchor != null) {
      anchors.put(anchor, new int[] {start, out.length()});
    }
  }

  private void sequence(int depth) throws FlintException {
    out.append('[');
    boolean first = true;
    while (!parser.checkEvent(Event.ID.SequenceEnd)) {
      if (!first) {
        out.append(',');
      }
      first = false;
      value(depth + 1);
    }
    parser.getEvent();
    out.append(']');
  }

  private void mapping(int depth) throws FlintException {
    out.append('{');
    Set<String> names = new HashSet<>();
    while (!parser.checkEvent(Event.ID.MappingEnd)) {
      Event event = parser.getEvent();
      if (!(event instanceof ScalarEvent key)) {
        throw wrong(event, "a key that is no string");
      }
      if (key.getValue().equals("<<") && key.isPlain()) {
        throw wrong(event, "merge keys (<<) are not supported");
      }
      if (!names.add(key.getValue())) {
        throw wrong(event, "a key that is there already");
      }
      if (names.size() > 1) {
        out.append(',');
      }
      room(event, key.getValue().length());
      JsonText.quote(key.getValue(), out);
      out.append(':');
      value(depth + 1);
    }
    parser.getEvent();
    out.append('}');
  }

  private void scalar(ScalarEvent scalar) throws FlintException {
    String text = scalar.getValue();
    room(scalar, text.length());
    String tag = scalar.getTag();
    if (tag != null && !tag.equals("!") && !tag.startsWith("tag:yaml.org,2002:")) {
      throw wrong(scalar, "tags are not supported");
    }
    String plain = scalar.isPlain() && tag == null ? PlainWord.json(text) : null;
    if (plain != null) {
      out.append(plain);
    } else if (tag == null || tag.equals("!") || tag.endsWith(":str")) {
      JsonText.quote(text, out);
    } else {
      throw wrong(scalar, "tags other than !!str are not supported");
    }
  }

  private void room(Event event, int characters) throws FlintException {
    if (out.length() + characters > MAX_CHARACTERS) {
      throw refused(event, "is longer than " + MAX_CHARACTERS + " characters with its aliases");
    }
  }

  private FlintException wrong(Event event, String problem) {
    return new FlintException(ErrorCode.PROTOCOL, what + line(event) + ": " + problem);
  }

  private FlintException refused(Event event, String problem) {
    return new FlintException(ErrorCode.POLICY, what + " " + problem + line(event));
  }

  private static String line(Event event) {
    return ", line " + (event.getStartMark().getLine() + 1);
  }
}
