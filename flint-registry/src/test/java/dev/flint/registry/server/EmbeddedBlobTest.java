package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.Digest;
import dev.flint.oci.MediaType;
import dev.flint.registry.server.RawRegistry.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading blobs: ranges and conditions by RFC 9110. */
final class EmbeddedBlobTest {
  private static final byte[] CONTENT = "0123456789".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private EmbeddedRegistry registry;
  private RawRegistry raw;
  private String path;

  @BeforeEach
  void start() throws IOException {
    registry = new EmbeddedRegistry(folder);
    raw = registry.raw;
    Digest digest = raw.pushBlob("b", CONTENT, MediaType.OCTET_STREAM).digest();
    path = "/v2/b/blobs/" + digest;
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, bytes 0-0/10",
    "bytes=0-, 0123456789, bytes 0-9/10",
    "bytes=3-5, 345, bytes 3-5/10",
    "bytes=9-99, 9, bytes 9-9/10",
    "bytes=-3, 789, bytes 7-9/10",
    "bytes=-99, 0123456789, bytes 0-9/10",
  })
  void givesOneRange(String range, String expected, String contentRange) {
    Answer answer = raw.get(path, "Range", range).is(206);
    assertEquals(expected, answer.text());
    assertEquals(contentRange, answer.header("Content-Range"));
    assertEquals(Integer.toString(expected.length()), answer.header("Content-Length"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=-0", "bytes=999999999999999999-"})
  void saysWhenARangeIsOutsideOfTheBlob(String range) {
    Answer answer = raw.get(path, "Range", range).is(416);
    assertEquals("bytes */10", answer.header("Content-Range"));
    assertEquals(answer.bytes().length, Integer.parseInt(answer.header("Content-Length")));
    assertEquals("SIZE_INVALID", answer.problem());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=0-1,4-5",
        "bytes=5-3",
        "bytes=-",
        "bytes=a-b",
        "lines=0-1",
        "bytes",
        "",
        "bytes=1",
        "bytes=9999999999999999999999-"
      })
  void ignoresARangeItDoesNotUnderstand(String range) {
    assertArrayEquals(CONTENT, raw.get(path, "Range", range).is(200).bytes());
  }

  @Test
  void ignoresARangeOfAHead() {
    Answer answer = raw.head(path, "Range", "bytes=0-1").is(200);
    assertEquals("10", answer.header("Content-Length"));
    assertEquals("bytes", answer.header("Accept-Ranges"));
  }

  @Test
  void hasNoRangeInAnEmptyBlob() {
    Digest empty = raw.pushBlob("b", new byte[0], MediaType.OCTET_STREAM).digest();
    Answer answer = raw.get("/v2/b/blobs/" + empty, "Range", "bytes=0-").is(416);
    assertEquals("bytes */0", answer.header("Content-Range"));
    assertEquals("0", raw.get("/v2/b/blobs/" + empty).is(200).header("Content-Length"));
  }

  @Test
  void sendsNothingThatTheClientHasAlready() {
    String tag = raw.get(path).header("ETag");
    assertEquals('"' + path.substring(path.lastIndexOf('/') + 1) + '"', tag);
    assertEquals(0, raw.get(path, "If-None-Match", "\"x\", W/" + tag).is(304).bytes().length);
    raw.head(path, "If-None-Match", "*").is(304);
    raw.get(path, "If-None-Match", "\"x\"").is(200);
  }

  @Test
  void givesARangeOnlyOfTheBlobTheClientKnows() {
    raw.get(path, "Range", "bytes=0-1", "If-Range", raw.get(path).header("ETag")).is(206);
    raw.get(path, "Range", "bytes=0-1", "If-Range", "\"x\"").is(200);
    raw.get(path, "Range", "bytes=0-1", "If-Range", "Sat, 21 Nov 2026 00:00:00 GMT").is(200);
  }

  @Test
  void tellsAnUnknownRepositoryFromAnUnknownBlob() {
    assertEquals("NAME_UNKNOWN", raw.get(path.replace("/b/blobs", "/c/blobs")).is(404).problem());
    Digest absent = Digest.sha256(new byte[] {7});
    assertEquals("BLOB_UNKNOWN", raw.blob("b", absent).is(404).problem());
    assertEquals("DIGEST_INVALID", raw.get("/v2/b/blobs/sha256:xyz").is(400).problem());
  }
}
