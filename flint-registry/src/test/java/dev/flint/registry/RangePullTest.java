package dev.flint.registry;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.registry.testing.Exchange;
import dev.flint.registry.testing.FaultServer;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of blobs, from servers that know ranges and from those that do as if. */
class RangePullTest {
  private static final int SIZE = 3_000_000;
  private static final int FROM = 1_000_000;
  private static final int LENGTH = 500_000;
  private static final String ASKED = "Content-Range: bytes 1000000-1499999/3000000";

  @TempDir Path folder;
  private TestClient user;
  private TestImage image;

  @BeforeEach
  void prepare() throws IOException {
    user = new TestClient(folder);
    image = TestImage.ofLayerSize(SIZE);
  }

  private byte[] part() {
    return Arrays.copyOfRange(image.layerBytes(), FROM, FROM + LENGTH);
  }

  private Optional<InputStream> range(FaultServer server) throws IOException {
    return user.client()
        .repository(Reference.parse(server.host() + "/r"))
        .range(image.layer(), FROM, LENGTH);
  }

  private byte[] read(FaultServer server) throws IOException {
    try (InputStream in = range(server).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  @Test
  void asksForExactlyThePart() throws IOException {
    try (FaultServer server =
        FaultServer.start(
            x -> {
              assertEquals("bytes=1000000-1499999", x.header("range").orElse(""));
              x.reply(206, ASKED, part());
            })) {
      assertArrayEquals(part(), read(server));
      assertEquals(List.of("GET /v2/r/blobs/" + image.layer().digest()), server.requests());
    }
  }

  @Test
  void asksTheBlobStoreToWhichTheRegistryPointsForTheSame() throws IOException {
    try (FaultServer store =
            FaultServer.start(
                x -> {
                  assertEquals("bytes=1000000-1499999", x.header("range").orElse(""));
                  x.reply(206, ASKED, part());
                });
        FaultServer registry =
            FaultServer.start(
                x -> x.reply(307, "Location: http://" + store.host() + "/b?s=1", new byte[0]))) {
      assertArrayEquals(part(), read(registry));
      assertEquals(List.of("GET /b?s=1"), store.requests());
    }
  }

  @Test
  void hangsUpOnAServerThatSendsTheWholeBlobInstead() throws IOException {
    for (String framing : List.of("Content-Length: 99999999999", "Transfer-Encoding: chunked")) {
      AtomicLong sent = new AtomicLong();
      byte[] more = new byte[64 * 1024];
      try (FaultServer server =
          FaultServer.start(
              x -> {
                x.send("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n");
                while (true) {
                  x.send(framing.startsWith("T") ? "10000\r\n" : "").send(more);
                  x.send(framing.startsWith("T") ? "\r\n" : "");
                  sent.addAndGet(more.length);
                }
              })) {
        assertTrue(range(server).isEmpty());
      }
      // What the buffers of the two kernels hold.
      assertTrue(sent.get() < 32 << 20, sent + " bytes");
    }
  }

  @Test
  void readsNothingOfARefusalOfTheRange() throws IOException {
    try (FaultServer server =
        FaultServer.start(
            x -> {
              x.send("HTTP/1.1 416 X\r\nContent-Length: 3000000\r\n\r\nshort");
              x.finish();
            })) {
      assertTrue(range(server).isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Content-Range: bytes 1000000-1499999/*",
        "Content-Range: bytes 1000000-1499999/3000001",
        "Content-Range: bytes 1000000-1499998/3000000",
        "Content-Range: bytes 999999-1499999/3000000",
        "Content-Range: bytes 0-499999/3000000",
        "Content-Range: bytes 1000000-1499999",
        "Content-Range: 1000000-1499999/3000000",
        "Content-Range: bytes=1000000-1499999/3000000",
        "Content-Range: bytes 1000000-1499999/3000000, bytes 0-1/3000000",
        "Content-Type: multipart/byteranges; boundary=x",
      })
  void refusesAnotherPartThanItAskedFor(String header) throws IOException {
    try (FaultServer server = FaultServer.start(x -> x.reply(206, header, part()))) {
      assertFails(ErrorCode.PROTOCOL, () -> range(server));
    }
  }

  /** C3: however the end was announced, the rest is asked for, and only that. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 3000000\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n2dc6c0\r\n",
        "Connection: close\r\n\r\n",
      })
  void aPullGoesOnWhereTheBodyEnded(String framing) throws IOException {
    List<String> ranges = new CopyOnWriteArrayList<>();
    try (FaultServer server =
        FaultServer.start(
            x -> {
              if (!x.target().endsWith("blobs/" + image.layer().digest())) {
                image.serve(x);
                return;
              }
              ranges.add(x.header("range").orElse(""));
              if (ranges.size() == 1) {
                x.send("HTTP/1.1 200 X\r\n" + framing).send(head(FROM));
              } else {
                serveRange(x);
              }
            })) {
      assertEquals(image.manifest(), user.pull(Reference.parse(server.host() + "/r:t")));
    }
    assertEquals(List.of("", "bytes=1000000-2999999"), ranges);
  }

  /** C28. */
  @ParameterizedTest
  @ValueSource(ints = {0, LENGTH - 1, LENGTH + 1, SIZE})
  void refusesAPartOfAnotherLength(int length) throws IOException {
    try (FaultServer server = FaultServer.start(x -> x.reply(206, ASKED, new byte[length]))) {
      assertFails(ErrorCode.PROTOCOL, () -> range(server));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, PROTOCOL", "-1, NETWORK", "-500000, NETWORK", "9999999, PROTOCOL"})
  void refusesAPartOfUnannouncedLengthThatIsLongerOrShorter(int more, ErrorCode code)
      throws IOException {
    try (FaultServer server =
        FaultServer.start(
            x ->
                x.send("HTTP/1.1 206 X\r\nConnection: close\r\n" + ASKED + "\r\n\r\n")
                    .send(new byte[LENGTH + more]))) {
      FlintException e = assertFails(code, () -> read(server));
      assertEquals(code == ErrorCode.NETWORK, e instanceof LostConnectionException);
    }
  }

  @Test
  void aPartThatIsCutIsALostConnection() throws IOException {
    try (FaultServer server =
        FaultServer.start(
            x -> {
              x.send("HTTP/1.1 206 X\r\nContent-Length: " + LENGTH + "\r\n" + ASKED + "\r\n\r\n");
              x.send(new byte[LENGTH - 1]);
              x.reset();
            })) {
      assertThrows(LostConnectionException.class, () -> read(server));
    }
  }

  @ParameterizedTest
  @CsvSource({"401, AUTH", "403, AUTH", "404, NOT_FOUND", "500, NETWORK", "503, NETWORK"})
  void aRefusalIsNoLostConnection(int status, ErrorCode code) throws IOException {
    try (FaultServer server = FaultServer.start(x -> x.reply(status, "", new byte[0]))) {
      FlintException e = assertFails(code, () -> range(server));
      assertTrue(!(e instanceof LostConnectionException));
    }
  }

  /** C28: after the last byte, too: what came is whole then. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, SIZE / 2, SIZE - SIZE / 1000, SIZE})
  void aPullGoesOnAfterAResetAnywhere(int at) throws IOException {
    AtomicInteger answers = new AtomicInteger();
    try (FaultServer server =
        FaultServer.start(
            x -> {
              if (!x.target().endsWith("blobs/" + image.layer().digest())) {
                image.serve(x);
              } else if (answers.getAndIncrement() == 0) {
                x.send("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n");
                x.send(Integer.toHexString(SIZE) + "\r\n").send(head(at));
                x.reset();
              } else {
                serveRange(x);
              }
            })) {
      assertEquals(image.manifest(), user.pull(Reference.parse(server.host() + "/r:t")));
    }
    assertTrue(answers.get() <= 2, answers + " requests");
  }

  private byte[] head(int length) {
    return Arrays.copyOf(image.layerBytes(), length);
  }

  private void serveRange(Exchange x) throws IOException {
    String range = x.header("range").orElse("bytes=0-");
    int from = Integer.parseInt(range.substring(6, range.indexOf('-')));
    byte[] rest = Arrays.copyOfRange(image.layerBytes(), from, SIZE);
    x.reply(
        from == 0 ? 200 : 206,
        from == 0 ? "" : "Content-Range: bytes " + from + "-" + (SIZE - 1) + "/" + SIZE,
        rest);
  }

  /** C21. */
  @Test
  void aSignedAddressThatExpiredIsAskedForAnew() throws IOException {
    AtomicInteger signature = new AtomicInteger();
    try (FaultServer server =
        FaultServer.start(
            x -> {
              if (x.target().endsWith("blobs/" + image.layer().digest())) {
                x.reply(307, "Location: /signed/" + signature.incrementAndGet(), new byte[0]);
              } else if (x.target().equals("/signed/1")) {
                x.send("HTTP/1.1 200 X\r\nContent-Length: " + SIZE + "\r\n\r\n").send(head(9));
              } else if (x.target().equals("/signed/" + signature)) {
                serveRange(x);
              } else {
                image.serve(x);
              }
            })) {
      assertEquals(image.manifest(), user.pull(Reference.parse(server.host() + "/r:t")));
    }
    assertEquals(2, signature.get());
  }
}
