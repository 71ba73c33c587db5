package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Digest;
import dev.flint.oci.MediaType;
import dev.flint.registry.server.RawRegistry.Answer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How blobs get in, beyond what all registries do alike. */
final class EmbeddedUploadTest {
  private static final byte[] CONTENT = "0123456789".getBytes(StandardCharsets.UTF_8);
  private static final Digest DIGEST = Digest.sha256(CONTENT);

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

  private Answer patch(String location, String content, String range) {
    return raw.send(
        "PATCH",
        location,
        content.getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/octet-stream",
        "Content-Range",
        range);
  }

  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "did not happen in two minutes");
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0-3", "3-6", "5-8", "100-103"})
  void refusesAChunkOutOfOrderAndSaysWhereToGoOn(String range) {
    String location = patch(raw.startUpload("up").location(), "0123", "0-3").is(202).location();
    Answer refused = patch(location, "xxxx", range).is(416);
    assertEquals("BLOB_UPLOAD_INVALID", refused.problem());
    assertEquals("0-3", refused.header("Range"));
    assertEquals(location, refused.location());
    Answer status = raw.get(location).is(204);
    assertEquals("0-3", status.header("Range"));
    patch(status.location(), "456789", "4-9").is(202);
    raw.send("PUT", location + "?digest=" + DIGEST).is(201);
    assertArrayEquals(CONTENT, raw.blob("up", DIGEST).bytes());
  }

  @Test
  void checksTheOrderOfTheLastChunkToo() {
    String location = patch(raw.startUpload("up").location(), "0123", "0-3").is(202).location();
    raw.send(
            "PUT",
            location + "?digest=" + DIGEST,
            "456789".getBytes(StandardCharsets.UTF_8),
            "Content-Range",
            "3-8")
        .is(416);
    raw.send(
            "PUT",
            location + "?digest=" + DIGEST,
            "456789".getBytes(StandardCharsets.UTF_8),
            "Content-Range",
            "4-9")
        .is(201);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes 0-3/10",
        "0-3/10",
        "a-b",
        "3-0",
        "0-",
        "-3",
        "0-4",
        "0-99999999999999999999"
      })
  void refusesAContentRangeThatIsMalformedOrDoesNotFit(String range) {
    String location = raw.startUpload("up").location();
    patch(location, "0123", range).is(400);
    assertEquals("0-0", raw.get(location).is(204).header("Range"));
    patch(location, "0123", "0-3").is(202);
  }

  @Test
  void takesAWholeBlobInOnePost() {
    raw.send("POST", "/v2/up/blobs/uploads/?digest=" + DIGEST, CONTENT).is(201);
    assertArrayEquals(CONTENT, raw.blob("up", DIGEST).is(200).bytes());
    Answer wrong =
        raw.send("POST", "/v2/up/blobs/uploads/?digest=" + DIGEST, new byte[] {1}).is(400);
    assertEquals("DIGEST_INVALID", wrong.problem());
    assertEquals(List.of(), registry.unfinished("up"));
    assertEquals(List.of(DIGEST.encoded()), registry.blobs("up"));
  }

  @Test
  void takesSha512() throws Exception {
    String digest =
        "sha512:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(CONTENT));
    String location = patch(raw.startUpload("up").location(), "0123", "0-3").is(202).location();
    raw.send("PUT", location + "?digest=" + digest, "456789".getBytes(StandardCharsets.UTF_8))
        .is(201);
    Answer get = raw.blob("up", Digest.parse(digest)).is(200);
    assertArrayEquals(CONTENT, get.bytes());
    assertEquals(digest, get.header("Docker-Content-Digest"));
    raw.blob("up", DIGEST).is(404);
    String other = "sha512:" + "0".repeat(128);
    raw.send("POST", "/v2/up/blobs/uploads/?digest=" + other, CONTENT).is(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"blake3:0123", "md5:d41d8cd98f00b204e9800998ecf8427e", "sha256:ABC"})
  void refusesADigestItCannotCheck(String digest) {
    Answer post = raw.send("POST", "/v2/up/blobs/uploads/?digest=" + digest, CONTENT).is(400);
    assertEquals("DIGEST_INVALID", post.problem());
  }

  @Test
  void mountsByLinkWithoutASecondCopy() throws IOException {
    raw.pushBlob("from", CONTENT, MediaType.OCTET_STREAM);
    Answer mount = raw.send("POST", "/v2/to/blobs/uploads/?mount=" + DIGEST + "&from=from").is(201);
    assertEquals(DIGEST.toString(), mount.header("Docker-Content-Digest"));
    assertEquals(
        Files.getAttribute(
            registry.layout("from").resolve("blobs/sha256/" + DIGEST.encoded()), "unix:ino"),
        Files.getAttribute(
            registry.layout("to").resolve("blobs/sha256/" + DIGEST.encoded()), "unix:ino"));
    raw.send("POST", "/v2/to/blobs/uploads/?mount=" + DIGEST + "&from=from").is(201);
    assertEquals(List.of(), registry.unfinished("to"));
    raw.delete("/v2/from/blobs/" + DIGEST).is(202);
    raw.blob("to", DIGEST).is(200);
  }

  @Test
  void doesNotMountFromANameThatIsNone() {
    raw.send("POST", "/v2/to/blobs/uploads/?mount=" + DIGEST + "&from=../../etc").is(202);
  }

  @Test
  void keepsASessionToItsRepository() {
    String location = raw.startUpload("up").location();
    raw.get(location.replace("/v2/up/", "/v2/other/")).is(404);
    raw.get(location).is(204);
  }

  @Test
  void dropsASessionAfterAnIdleHour() {
    String busy = raw.startUpload("up").location();
    String idle = raw.startUpload("up").location();
    registry.clock.advance(Duration.ofMinutes(50));
    patch(busy, "0123", "0-3").is(202);
    registry.clock.advance(Duration.ofMinutes(50));
    registry.server.keepHouse();
    raw.get(busy).is(204);
    assertEquals("BLOB_UPLOAD_UNKNOWN", raw.get(idle).is(404).problem());
    assertEquals(1, registry.unfinished("up").size());
  }

  @Test
  void boundsTheNumberOfSessions() {
    String first = raw.startUpload("up").location();
    for (int i = 1; i < UploadSessions.MAX_SESSIONS; i++) {
      raw.startUpload("up");
    }
    Answer refused = raw.send("POST", "/v2/up/blobs/uploads/").is(429);
    assertEquals("TOOMANYREQUESTS", refused.problem());
    raw.delete(first).is(204);
    raw.startUpload("up");
  }

  @Test
  void keepsWhatCameBeforeTheClientWentAway() throws IOException {
    String location = raw.startUpload("up").location();
    try (Socket socket = connect()) {
      socket.getOutputStream().write(patchHead(location, 10));
      socket.getOutputStream().write(CONTENT, 0, 4);
      await(() -> raw.get(location).is(204).header("Range").equals("0-3"));
      assertEquals(List.of(), registry.blobs("up"));
    }
    // The server notices the end of the connection a little later.
    await(() -> patch(location, "456789", "4-9").status() == 202);
    raw.send("PUT", location + "?digest=" + DIGEST).is(201);
    assertArrayEquals(CONTENT, raw.blob("up", DIGEST).is(200).bytes());
  }

  @Test
  void forgetsASinglePostWhoseClientWentAway() throws IOException {
    raw.startUpload("up");
    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write(
              EmbeddedRegistry.head(
                  "POST /v2/up/blobs/uploads/?digest=" + DIGEST + " HTTP/1.1",
                  "Host: localhost",
                  "Content-Length: 10"));
      socket.getOutputStream().write(CONTENT, 0, 4);
      await(() -> registry.unfinished("up").size() == 2);
    }
    await(() -> registry.unfinished("up").size() == 1);
    assertEquals(List.of(), registry.blobs("up"));
  }

  @Test
  void letsOnlyOneRequestWriteToASession() throws IOException {
    String location = raw.startUpload("up").location();
    try (Socket socket = connect()) {
      socket.getOutputStream().write(patchHead(location, 10));
      socket.getOutputStream().write(CONTENT, 0, 4);
      await(() -> raw.get(location).is(204).header("Range").equals("0-3"));
      assertEquals("BLOB_UPLOAD_INVALID", patch(location, "456789", "4-9").is(409).problem());
      raw.delete(location).is(409);
      socket.getOutputStream().write(CONTENT, 4, 6);
      byte[] status = socket.getInputStream().readNBytes(12);
      assertEquals("HTTP/1.1 202", new String(status, StandardCharsets.US_ASCII));
    }
    raw.send("PUT", location + "?digest=" + DIGEST).is(201);
  }

  private Socket connect() throws IOException {
    return new Socket(registry.server.address().getAddress(), registry.server.address().getPort());
  }

  private static byte[] patchHead(String location, int length) {
    return EmbeddedRegistry.head(
        "PATCH " + URI.create(location).getPath() + " HTTP/1.1",
        "Host: localhost",
        "Content-Length: " + length);
  }
}
