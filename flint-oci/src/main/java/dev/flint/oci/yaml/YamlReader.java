package dev.flint.oci.yaml;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads a YAML stream as JSON documents. Strict: no tags but the usual ones, no merge keys, no name
 * twice in a mapping, keys are strings. Immutable, thread-safe.
 */
public final class YamlReader {
  /** The longest stream, in bytes. */
  public static final int MAX_BYTES = 2 * 1024 * 1024;

  private static final int MAX_DOCUMENTS = 1000;

  private YamlReader() {}

  /**
   * Reads all documents; empty ones are left out.
   *
   * @param what names the stream in errors
   * @throws FlintException PROTOCOL with the line if it is no YAML of objects, POLICY if it is over
   *     a limit
   */
  public static List<JsonObject> read(byte[] bytes, String what) throws FlintException {
    if (bytes.length > MAX_BYTES) {
      // Whoever read them may have stopped there, so nobody knows how many there are.
      throw new FlintException(
          ErrorCode.POLICY, what + " has more than " + (MAX_BYTES >> 20) + " MiB");
    }
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_BYTES);
    options.setProcessComments(false);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return documents(new ParserImpl(new StreamReader(text), options), what);
    } catch (CharacterCodingException e) {
      throw new FlintException(ErrorCode.PROTOCOL, what + " is no YAML: not UTF-8", e);
    } catch (MarkedYAMLException e) {
      throw new FlintException(ErrorCode.PROTOCOL, what + where(e) + ": " + problem(e), e);
    } catch (YAMLException e) {
      // Such a message may quote what it found there.
      throw new FlintException(
          ErrorCode.PROTOCOL, what + " is no YAML: it has characters that YAML forbids", e);
    }
  }

  private static List<JsonObject> documents(Parser parser, String what) throws FlintException {
    List<JsonObject> out = new ArrayList<>();
    while (!parser.checkEvent(Event.ID.StreamEnd)) {
      Event event = parser.getEvent();
      if (!event.is(Event.ID.DocumentStart)) {
        continue;
      }
      if (out.size() == MAX_DOCUMENTS) {
        throw new FlintException(
            ErrorCode.POLICY, what + " has more than " + MAX_DOCUMENTS + " documents");
      }
      int line = parser.peekEvent().getStartMark().getLine() + 1;
      String json = new DocumentText(parser, what).read();
      if (!json.equals("null")) {
        out.add(
            JsonObject.parse(
                json.getBytes(StandardCharsets.UTF_8), what + ", document at line " + line));
      }
    }
    return out;
  }

  private static String where(MarkedYAMLException e) {
    return e.getProblemMark() == null ? "" : ", line " + (e.getProblemMark().getLine() + 1);
  }

  private static String problem(MarkedYAMLException e) {
    String problem = e.getProblem();
    return problem == null ? "no YAML" : problem.replace('\n', ' ');
  }
}
