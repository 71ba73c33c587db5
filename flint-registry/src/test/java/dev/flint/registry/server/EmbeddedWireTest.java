package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.server.RawRegistry.Answer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths, methods, errors and the log. */
final class EmbeddedWireTest {
  @TempDir Path folder;
  private EmbeddedRegistry registry;
  private RawRegistry raw;

  @BeforeEach
  void start() throws IOException {
    registry = new EmbeddedRegistry(folder);
    raw = registry.raw;
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPPER",
        "a//b",
        "a/",
        "%2e%2e/x",
        "..%2f..%2fx",
        "a%2fb",
        "a%00b",
        "_oci",
        "a/_oci",
        "a/_oci/blobs",
        ".a",
        "a.",
        "a..b",
        "a___b",
        "a:b",
        "a@b",
        "%F0%9F%98%80"
      })
  void refusesAMalformedNameBeforeTouchingTheDisk(String name) throws IOException {
    assertEquals(
        "NAME_INVALID", raw.send("POST", "/v2/" + name + "/blobs/uploads/").is(400).problem());
    assertEquals("NAME_INVALID", raw.get("/v2/" + name + "/tags/list").is(400).problem());
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(), files.toList());
    }
    assertFalse(Files.exists(folder.resolveSibling("x")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a.b/c", "docker.io/x", "localhost/x", "a--b", "a__b/c-d", "blobs/uploads"})
  void takesEveryNameOfTheGrammar(String name) {
    raw.startUpload(name);
    raw.get("/v2/" + name + "/tags/list").is(200);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v2/, 'GET, HEAD'",
    "DELETE, /v2/_catalog, 'GET, HEAD'",
    "PUT, /v2/a/tags/list, 'GET, HEAD'",
    "GET, /v2/a/blobs/uploads/, POST",
    "POST, /v2/a/blobs/uploads/x, 'GET, PATCH, PUT, DELETE'",
    "PATCH, /v2/a/manifests/x, 'GET, HEAD, PUT, DELETE'",
    "POST, /v2/a/referrers/sha256:x, 'GET, HEAD'",
  })
  void saysWhichMethodsAPathHas(String method, String path, String allowed) {
    Answer answer = raw.send(method, path).is(405);
    assertEquals("UNSUPPORTED", answer.problem());
    assertEquals(allowed, answer.header("Allow"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v1/", "/v2/a", "/v2/a/b/c", "/v2/a/tags/other", "/v2x"})
  void knowsNoOtherPath(String path) {
    assertEquals("UNSUPPORTED", raw.get(path).is(404).problem());
  }

  @Test
  void refusesBadPercentEncoding() {
    raw.get("/v2/a/tags/list?n=%31").is(404);
    assertEquals("HTTP/1.1 400", statusOf("GET /v2/a/tags/list?n=%zz HTTP/1.1"));
  }

  private String statusOf(String requestLine) {
    try (Socket socket =
        new Socket(registry.server.address().getAddress(), registry.server.address().getPort())) {
      socket.getOutputStream().write(EmbeddedRegistry.head(requestLine, "Host: localhost"));
      return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void answersARequestWhoseBodyItDoesNotWant() {
    for (int i = 0; i < 3; i++) {
      raw.send("PUT", "/v2/a/manifests/v1", new byte[6_000_000]).is(413);
      raw.send("PATCH", "/v2/a/blobs/uploads/none", new byte[1_000_000]).is(404);
    }
  }

  @Test
  void logsEachRequest() throws IOException {
    raw.get("/v2/");
    raw.get("/v2/none/tags/list?n=3");
    assertLogged("GET /v2/ 200 \\d+ ms");
    assertLogged("GET /v2/none/tags/list\\?n=3 404 \\d+ ms");
  }

  @Test
  void tellsTheLogButNotTheClientWhatIsBroken() throws IOException {
    raw.startUpload("a");
    Files.writeString(registry.layout("a").resolve("index.json"), "{");
    Answer answer = raw.get("/v2/a/tags/list").is(500);
    assertEquals("UNKNOWN", answer.problem());
    assertFalse(answer.text().contains(folder.toString()), answer::text);
    assertLogged("GET /v2/a/tags/list 500 \\d+ ms .*is not valid JSON.*");
  }

  /** The line is written after the answer, so the server has to end first. */
  private void assertLogged(String pattern) throws IOException {
    registry.close();
    assertTrue(
        registry.log.stream().anyMatch(line -> line.matches(pattern)), registry.log::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "No space left on device, 507",
    "/x/y: No space left on device, 507",
    "Disk quota exceeded, 507",
    "Input/output error, 500",
  })
  void saysWhenTheDiskIsFull(String message, int status) {
    assertEquals(status, ErrorReply.of(new IOException(message)).status());
  }

  @Test
  void hidesTheReasonsOfItsOwnFailures() {
    FlintException failure = new FlintException(ErrorCode.INTEGRITY, "/secret/path is damaged");
    ErrorReply reply = ErrorReply.of(failure);
    assertEquals(500, reply.status());
    assertEquals("the stored content is damaged", reply.message());
  }
}
