package dev.flint.oci.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * Reads documents that follow each other and are not held: each is an object with items in one
 * member, which are given one after the other as they come. An item that is over a limit, or no
 * good, is passed over but for a few members, in memory that does not grow with it; so it does not
 * take the others with it. Confined to one thread.
 */
public final class JsonStream implements Closeable {
  /** What a strange item may have; more than that ends the stream. */
  private static final int MAX_TEXT = 2 << 20;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // A table of names that a stranger chooses grows with them.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(1000)
                  .maxStringLength(MAX_TEXT)
                  .maxNumberLength(100)
                  .maxNameLength(MAX_TEXT)
                  .build())
          .build();

  private final JsonParser parser;
  private final LimitedInput in;
  private final String what;
  private final Limits limits;

  /**
   * What is too much.
   *
   * @param bytes of a document, roughly: then it ends the stream
   * @param values of an item, or of what stands around items: objects, arrays and plain ones
   * @param characters in texts and names of an item
   * @param leftOut members that an item and the objects in it lose
   */
  public record Limits(long bytes, int values, int characters, Set<String> leftOut) {
    /** Copies the names. */
    public Limits {
      leftOut = Set.copyOf(leftOut);
    }
  }

  /** Takes one item after the other. */
  @FunctionalInterface
  public interface Sink {
    /** Takes the next one. */
    void accept(JsonItem item) throws IOException;
  }

  /**
   * Nothing is read yet.
   *
   * @param what names it in errors
   */
  public JsonStream(InputStream in, String what, Limits limits) throws IOException {
    this.in = new LimitedInput(in, limits.bytes, what);
    this.what = what;
    this.limits = limits;
    // Given bytes, Jackson would also take UTF-16 and overlong sequences.
    this.parser =
        FACTORY.createParser(new InputStreamReader(this.in, StandardCharsets.UTF_8.newDecoder()));
  }

  /**
   * Waits for the next document, and reads it to its end.
   *
   * @param items the member that has the items: an array of them, or one
   * @return the document without them; empty at the end of the stream
   * @throws FlintException PROTOCOL if it is no JSON object; POLICY if it is over a limit
   * @throws IOException if the stream fails, or ends within the document
   */
  public Optional<JsonObject> next(String items, Sink sink) throws IOException {
    in.begin();
    try {
      JsonToken first = parser.nextToken();
      return first == null ? Optional.empty() : Optional.of(document(first, items, sink));
    } catch (JsonEOFException e) {
      throw (EOFException) new EOFException("it ends in the middle of a document").initCause(e);
    } catch (StreamConstraintsException e) {
      throw new FlintException(ErrorCode.POLICY, "refusing to read " + what + ": over a limit", e);
    } catch (JsonProcessingException | CharacterCodingException e) {
      // Its message may quote what it found.
      throw new FlintException(ErrorCode.PROTOCOL, what + " is not valid JSON", e);
    }
  }

  private JsonObject document(JsonToken first, String items, Sink sink) throws IOException {
    if (first != JsonToken.START_OBJECT) {
      throw new FlintException(ErrorCode.PROTOCOL, what + " is not a JSON object");
    }
    ObjectNode head = JsonTree.NODES.objectNode();
    JsonPart rest = new JsonPart(parser, limits);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (!name.equals(items)) {
        rest.member(head, name);
      } else if (token != JsonToken.START_ARRAY) {
        sink.accept(new JsonPart(parser, limits).item(what));
      } else {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          sink.accept(new JsonPart(parser, limits).item(what));
        }
      }
    }
    if (!rest.problem().isEmpty()) {
      throw new FlintException(
          ErrorCode.POLICY, "refusing to read " + what + ": " + rest.problem());
    }
    return new JsonObject(head, what);
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
