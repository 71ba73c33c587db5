package dev.flint.oci.json;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The only reader and writer of wire JSON: one document of at most {@link #MAX_BYTES} in UTF-8, no
 * duplicate names, nothing after it, bounded depth (RFC 7493). Numbers are kept exactly. Immutable,
 * thread-safe.
 */
final class StrictJson {
  /** The spec asks registries to take 4 MB manifests; nobody needs more. */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  private static final int MAX_DEPTH = 64;

  /** A tree takes some fifty times the bytes of its smallest members. */
  private static final long MAX_TOKENS = 400_000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(MAX_BYTES)
                  .maxNumberLength(100)
                  .maxTokenCount(MAX_TOKENS)
                  .maxNameLength(64 * 1024)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private StrictJson() {}

  static ObjectNode read(byte[] bytes, String what) throws FlintException {
    if (readTree(bytes, what) instanceof ObjectNode object) {
      return object;
    }
    throw new FlintException(ErrorCode.PROTOCOL, what + " is not a JSON object");
  }

  static ArrayNode readArray(byte[] bytes, String what) throws FlintException {
    if (readTree(bytes, what) instanceof ArrayNode array) {
      return array;
    }
    throw new FlintException(ErrorCode.PROTOCOL, what + " is not a JSON array");
  }

  private static JsonNode readTree(byte[] bytes, String what) throws FlintException {
    if (bytes.length > MAX_BYTES) {
      // Whoever read them may have stopped there, so nobody knows how many there are.
      throw new FlintException(
          ErrorCode.POLICY,
          "refusing to read " + what + ": more than " + (MAX_BYTES >> 20) + " MiB");
    }
    JsonNode node;
    String text;
    try {
      // Given bytes, Jackson would also take UTF-16, a byte order mark and overlong sequences.
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      try (JsonParser parser = FACTORY.createParser(text)) {
        node = JsonTree.read(parser);
      }
    } catch (CharacterCodingException e) {
      throw new FlintException(ErrorCode.PROTOCOL, what + " is not valid JSON: not UTF-8", e);
    } catch (StreamConstraintsException e) {
      throw new FlintException(
          ErrorCode.POLICY, "refusing to read " + what + ": " + reason(e) + " (over a limit)", e);
    } catch (JsonProcessingException e) {
      throw new FlintException(
          ErrorCode.PROTOCOL, what + " is not valid JSON: " + reason(e) + position(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory can be read", e);
    }
    if (text.contains("\\u") && escapesHalfACharacter(node)) {
      throw new FlintException(
          ErrorCode.PROTOCOL, what + " is not valid JSON: it escapes half a character");
    }
    return node;
  }

  private static boolean escapesHalfACharacter(JsonNode node) {
    return !StandardCharsets.UTF_8.newEncoder().canEncode(text(node));
  }

  /** How a document is written. */
  enum Style {
    /** Without white space, every character as it is. */
    WIRE,
    /** Without white space, in ASCII: a terminal must not obey what an annotation says. */
    LINE,
    /** Indented, in ASCII. */
    INDENTED
  }

  static byte[] write(JsonNode node, Style style) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = generator(bytes, style)) {
      JsonTree.write(node, generator);
    } catch (IOException e) {
      throw new UncheckedIOException("a JSON tree always has a text", e);
    }
    return bytes.toByteArray();
  }

  /** Writes to a stream, which it flushes at its end and leaves open. */
  static JsonGenerator generator(OutputStream out, Style style) throws IOException {
    JsonGenerator generator = FACTORY.createGenerator(out, JsonEncoding.UTF8);
    if (style == Style.INDENTED) {
      generator.useDefaultPrettyPrinter();
    }
    if (style != Style.WIRE) {
      generator.setHighestNonEscapedChar(127);
    }
    return generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
  }

  /** The document without white space; half characters stay what they are. */
  static String text(JsonNode node) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(text)) {
      JsonTree.write(node, generator);
    } catch (IOException e) {
      throw new UncheckedIOException("a JSON tree always has a text", e);
    }
    return text.toString();
  }

  private static String reason(JsonProcessingException e) {
    return String.valueOf(e.getOriginalMessage())
        .replaceAll("\\(start marker at .*", "")
        .replaceAll("\\s+", " ")
        .strip();
  }

  private static String position(JsonProcessingException e) {
    return e.getLocation() == null ? "" : " at character " + e.getLocation().getCharOffset();
  }
}
