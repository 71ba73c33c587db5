package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.transfer.Pause;
import dev.flint.registry.server.RawRegistry.Answer;
import dev.flint.testing.Failures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A registry that is read-only, wants long chunks, or shows its numbers. */
final class EmbeddedSettingsTest {
  private static final byte[] CONTENT = "0123456789".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void isReadOnly() throws IOException {
    Document image;
    try (EmbeddedRegistry registry = new EmbeddedRegistry(folder)) {
      image = registry.raw.image("x", "content");
      registry.raw.pushManifest("x", "v1", image).is(201);
    }
    try (EmbeddedRegistry registry =
        new EmbeddedRegistry(folder, ServerSettings.OPEN.asReadOnly())) {
      assertArrayEquals(image.bytes(), registry.raw.manifest("x", "v1").is(200).bytes());
      for (Answer refused :
          new Answer[] {
            registry.raw.send("POST", "/v2/x/blobs/uploads/"),
            registry.raw.send("PATCH", "/v2/x/blobs/uploads/id", CONTENT),
            registry.raw.pushManifest("x", "v2", image),
            registry.raw.delete("/v2/x/manifests/" + image.digest())
          }) {
        assertEquals("GET, HEAD", refused.is(405).header("Allow"));
        assertEquals("UNSUPPORTED", refused.problem());
      }
      registry.raw.manifest("x", "v1").is(200);
    }
  }

  @Test
  void saysWhereItCannotListen() throws IOException {
    try (RegistryServer first =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder.resolve("a"))) {
      FlintException failure =
          Failures.expect(
              ErrorCode.LOCAL_IO,
              () -> RegistryServer.start(first.address(), folder.resolve("b")).close());
      String message = String.valueOf(failure.getMessage());
      assertTrue(message.contains("127.0.0.1:" + first.address().getPort()), message);
    }
  }

  /** A task that throws would never be run again. */
  @Test
  void keepsHouseAgainAfterAnError() throws IOException {
    List<String> log = new CopyOnWriteArrayList<>();
    Clock broken =
        new Clock() {
          @Override
          public Instant instant() {
            throw new InternalError("for a test");
          }

          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }
        };
    try (RegistryServer server =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            folder,
            ServerSettings.OPEN,
            new RegistryServer.Outside(log::add, broken, Pause.NONE, any -> 0))) {
      server.keepHouse();
      assertEquals(
          List.of("housekeeping failed: internal error: java.lang.InternalError: for a test"),
          log.stream().distinct().toList());
    }
  }

  private static Answer patch(RawRegistry raw, String location, int from, int to) {
    return raw.send(
        "PATCH",
        location,
        Arrays.copyOfRange(CONTENT, from, to),
        "Content-Type",
        "application/octet-stream",
        "Content-Range",
        from + "-" + (to - 1));
  }

  @ParameterizedTest
  @CsvSource({"4,8,202", "4,10,202", "3,6,400", "9,10,400"})
  void wantsEveryChunkButTheLastToBeLongEnough(int first, int second, int status)
      throws IOException {
    try (EmbeddedRegistry registry =
        new EmbeddedRegistry(folder, ServerSettings.OPEN.withMinChunk(first > 4 ? 10 : 4))) {
      RawRegistry raw = registry.raw;
      Answer start = raw.startUpload("x");
      assertEquals(first > 4 ? "10" : "4", start.header("OCI-Chunk-Min-Length"));
      Answer one = patch(raw, start.location(), 0, first).is(202);
      Answer two = patch(raw, one.location(), first, second).is(status);
      if (status == 400) {
        assertEquals("SIZE_INVALID", two.problem());
        assertEquals("0-" + (first - 1), two.header("Range"));
        byte[] cut = Arrays.copyOf(CONTENT, first);
        raw.send("PUT", one.locationWith("digest=" + Digest.sha256(cut))).is(201);
      } else {
        raw.send(
                "PUT",
                two.locationWith("digest=" + Digest.sha256(CONTENT)),
                Arrays.copyOfRange(CONTENT, second, 10))
            .is(201);
      }
    }
  }

  @Test
  void showsNoNumbersUnlessItIsTold() throws IOException {
    try (EmbeddedRegistry registry = new EmbeddedRegistry(folder)) {
      registry.raw.get("/metrics").is(404);
    }
  }

  @Test
  void countsWhatItDoes() throws IOException {
    try (EmbeddedRegistry registry =
        new EmbeddedRegistry(folder, ServerSettings.OPEN.withMetrics())) {
      RawRegistry raw = registry.raw;
      Digest digest = raw.pushBlob("x", new byte[1000], MediaType.OCTET_STREAM).digest();
      raw.blob("x", digest).is(200);
      raw.get("/v2/nowhere/tags/list").is(404);
      raw.startUpload("x");
      assertTrue(
          raw.get("/metrics").is(200).header("Content-Type").startsWith("text/plain; version="));
      for (String line :
          new String[] {
            "# TYPE flint_registry_requests_total counter",
            "flint_registry_requests_total{method=\"GET\",status=\"4xx\"} 1",
            "flint_registry_requests_total{method=\"POST\",status=\"2xx\"} 2",
            "flint_registry_requests_total{method=\"PUT\",status=\"2xx\"} 1",
            "flint_registry_requests_running 1",
            "flint_registry_received_bytes_total 1000",
            "flint_registry_uploads_open 1"
          }) {
        // A request is counted when all of it is over, a little after its answer.
        assertTrue(
            Stream.generate(() -> raw.get("/metrics").text())
                .limit(1000)
                .anyMatch(text -> text.lines().anyMatch(line::equals)),
            line);
      }
      raw.send("POST", "/metrics").is(405);
    }
  }
}
