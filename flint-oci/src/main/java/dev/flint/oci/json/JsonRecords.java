package dev.flint.oci.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A document of one array of many flat objects, beside a version: {@code
 * {"version":1,"entries":[{...},...]}}. It is never in memory as a whole. Confined to one thread.
 */
public final class JsonRecords {
  private static final String VERSION = "version";
  private static final int MAX_MEMBERS = 64;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // A table of names that a stranger chooses grows with them.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxStringLength(64 * 1024)
                  .maxNameLength(1024)
                  .maxNumberLength(20)
                  .build())
          .build();

  private JsonRecords() {}

  /** Takes one object after the other. */
  @FunctionalInterface
  public interface Sink {
    /** Takes the next object. */
    void accept(JsonObject record) throws IOException;
  }

  /** Gives one object after the other to a writer. */
  @FunctionalInterface
  public interface Source {
    /** Gives all objects. */
    void writeTo(Writer writer) throws IOException;
  }

  /** Writes objects member by member, without making a tree of each. */
  public static final class Writer {
    private final JsonGenerator generator;

    private Writer(JsonGenerator generator) {
      this.generator = generator;
    }

    /** Begins the next object. */
    public void begin() throws IOException {
      generator.writeStartObject();
    }

    /** Adds a member to the object. */
    public void put(String name, String value) throws IOException {
      generator.writeStringField(name, value);
    }

    /** Adds a member to the object. */
    public void put(String name, long value) throws IOException {
      generator.writeNumberField(name, value);
    }

    /** Ends the object. */
    public void end() throws IOException {
      generator.writeEndObject();
    }
  }

  /**
   * Reads a document. Members of an object that are not plain values are left out.
   *
   * @param in of bounded length; read to its end
   * @param array the name of the array
   * @param what names the document in errors
   * @throws FlintException PROTOCOL if it is not such a document, of version 1
   */
  public static void read(InputStream in, String array, String what, Sink sink) throws IOException {
    try (JsonParser parser = FACTORY.createParser(in)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw malformed(what, "it is not an object");
      }
      int seen = 0;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (name.equals(VERSION)) {
          if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || parser.getLongValue() != 1) {
            throw malformed(what, "its version is not 1");
          }
          seen |= 1;
        } else if (name.equals(array) && (seen & 2) == 0) {
          readArray(parser, what, sink);
          seen |= 2;
        } else {
          parser.skipChildren();
        }
      }
      if (seen != 3 || parser.nextToken() != null) {
        throw malformed(what, "it has no version or no " + array + ", or goes on after its end");
      }
    } catch (JsonProcessingException e) {
      throw new FlintException(
          ErrorCode.PROTOCOL, what + " is not valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static void readArray(JsonParser parser, String what, Sink sink) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw malformed(what, "its entries are not an array");
    }
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      sink.accept(new JsonObject(readFlat(parser, what), what));
    }
    if (parser.currentToken() != JsonToken.END_ARRAY) {
      throw malformed(what, "an entry is not an object");
    }
  }

  private static ObjectNode readFlat(JsonParser parser, String what) throws IOException {
    ObjectNode node = JsonTree.NODES.objectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (node.has(name) || node.size() >= MAX_MEMBERS) {
        throw malformed(what, "an entry has a member twice, or too many");
      }
      switch (parser.nextToken()) {
        case VALUE_STRING -> node.put(name, parser.getText());
        case VALUE_NUMBER_INT -> node.put(name, parser.getLongValue());
        case START_OBJECT, START_ARRAY -> parser.skipChildren();
        default -> {}
      }
    }
    return node;
  }

  /** Writes a document of version 1; the stream stays open. */
  public static void write(OutputStream out, String array, Source records) throws IOException {
    try (JsonGenerator generator = FACTORY.createGenerator(out)) {
      generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      generator.writeStartObject();
      generator.writeNumberField(VERSION, 1);
      generator.writeArrayFieldStart(array);
      records.writeTo(new Writer(generator));
      generator.writeEndArray();
      generator.writeEndObject();
    }
  }

  private static FlintException malformed(String what, String why) {
    return new FlintException(ErrorCode.PROTOCOL, what + " is malformed: " + why);
  }
}
