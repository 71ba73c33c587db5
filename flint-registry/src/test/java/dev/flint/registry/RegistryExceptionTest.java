package dev.flint.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.registry.http.Reply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryExceptionTest {
  private static final URI URL = URI.create("http://r.example:5000/v2/r/blobs/uploads/");

  @ParameterizedTest
  @CsvSource({
    "400, PROTOCOL",
    "401, AUTH",
    "403, AUTH",
    "404, NOT_FOUND",
    "405, NETWORK",
    "408, NETWORK",
    "413, NETWORK",
    "415, PROTOCOL",
    "416, PROTOCOL",
    "429, NETWORK",
    "500, NETWORK",
    "502, NETWORK",
    "503, NETWORK",
    "507, NETWORK",
    "204, PROTOCOL",
    "304, PROTOCOL",
  })
  void theStatusDecides(int status, ErrorCode code) {
    RegistryException e = refusal(status, "");
    assertEquals(code, e.code());
    assertEquals(status, e.status());
    assertEquals("cannot pull x: r.example:5000 answered " + status, e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html><body><h1>413 Request Entity Too Large</h1></body></html>",
        "{\"errors\":null}",
        "{\"errors\":[]}",
        "{\"errors\":{}}",
        "{\"errors\":[null]}",
        "{\"errors\":[\"x\"]}",
        "{\"errors\":[{}]}",
        "{\"errors\":[{\"code\":7,\"message\":[]}]}",
        "{\"errors\":[{\"code\":null,\"message\":null,\"detail\":null}]}",
        "{\"errors\":",
        "[]",
        "null",
        "\u0000\u0001",
        "{\"errors\":[{\"code\":\"A\"}]} trailing",
      })
  void aBodyThatIsNoErrorDocumentSaysNothing(String body) {
    RegistryException e = refusal(404, body);
    assertEquals("cannot pull x: r.example:5000 answered 404", e.getMessage());
    assertEquals(ErrorCode.NOT_FOUND, e.code());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "'{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no such luck\",\"detail\":{\"a\":[1]}}]}',"
            + "DENIED: no such luck",
        "'{\"errors\":[{\"code\":\"DENIED\"}]}', DENIED",
        "'{\"errors\":[{\"message\":\"no\"},{\"message\":\"second\"}]}', no",
        "'{\"errors\":[{\"message\":\"a\\n\\tb\\u0000c\\u001b[31md\\u009be\\r\\n\"}]}', a b c [31md e",
      })
  void quotesWhatTheRegistrySaysInOneLine(String body, String quoted) {
    assertEquals(
        "cannot pull x: r.example:5000 answered 403 (" + quoted + ")",
        refusal(403, body).getMessage());
  }

  @Test
  void quotesNoMoreThanFitsOnALine() {
    String smile = "\ud83d\ude00";
    for (String text : List.of("x".repeat(5000), smile.repeat(5000), "x" + smile.repeat(5000))) {
      String message =
          String.valueOf(
              refusal(403, "{\"errors\":[{\"message\":\"" + text + "\"}]}").getMessage());
      assertTrue(message.length() < 300, message);
      assertTrue(StandardCharsets.UTF_8.newEncoder().canEncode(message), "half a character");
    }
  }

  @Test
  void readsNoMoreThanItNeedsOfAnEndlessBody() {
    long[] given = {0};
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            given[0]++;
            return ' ';
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            given[0] += length;
            return length;
          }
        };
    assertEquals(ErrorCode.NETWORK, of(500, Map.of(), endless).code());
    assertTrue(given[0] <= 64 * 1024, "read " + given[0] + " bytes");
  }

  @Test
  void tenMegabytesOfJsonAreNotQuoted() {
    String body = "{\"errors\":[{\"message\":\"" + "y".repeat(10 << 20) + "\"}]}";
    assertEquals("cannot pull x: r.example:5000 answered 500", refusal(500, body).getMessage());
  }

  @Test
  void aBodyThatBreaksOffIsNoOtherError() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("reset");
          }

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            return read();
          }
        };
    assertEquals(ErrorCode.AUTH, of(403, Map.of(), broken).code());
  }

  @Test
  void aRegistryThatComputedAnotherDigestMeansDamage() {
    String body = "{\"errors\":[{\"code\":\"DIGEST_INVALID\",\"message\":\"m\"}]}";
    assertEquals(ErrorCode.INTEGRITY, refusal(400, body).code());
    assertEquals(ErrorCode.NETWORK, refusal(500, body).code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Client sent an HTTP request to an HTTPS server.\n",
        "<html><center>The plain HTTP request was sent to HTTPS port</center></html>"
      })
  void knowsAServerThatWantsTls(String body) {
    RegistryException e = refusal(400, body);
    assertEquals(ErrorCode.NETWORK, e.code());
    assertEquals("leave out --plain-http or say --no-plain-http", e.remedy());
  }

  @Test
  void theRemedyFor401TellsStrangersFromThoseWithoutRights() {
    assertEquals("log in with flint login r.example:5000", refusal(401, "").remedy());
    String challenge = "Bearer realm=\"https://r.example/t\",error=\"insufficient_scope\"";
    assertEquals(
        "the account may not do this here",
        of(401, Map.of("www-authenticate", List.of(challenge)), body("")).remedy());
  }

  private static RegistryException refusal(int status, String body) {
    return of(status, Map.of(), body(body));
  }

  private static RegistryException of(
      int status, Map<String, List<String>> headers, InputStream body) {
    return RegistryException.of("pull x", new Reply(URL, status, headers, body));
  }

  private static InputStream body(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
