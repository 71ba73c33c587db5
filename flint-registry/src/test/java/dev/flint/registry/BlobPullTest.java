package dev.flint.registry;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.registry.testing.Exchange;
import dev.flint.registry.testing.FaultServer;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs that arrive damaged, cut or without end: nothing of them may stay. */
class BlobPullTest {
  private static final int SIZE = 300_000;

  @TempDir Path folder;
  private TestClient user;
  private TestImage image;

  @BeforeEach
  void prepare() throws IOException {
    user = new TestClient(folder);
    image = TestImage.ofLayerSize(SIZE);
  }

  /** C1. */
  @ParameterizedTest
  @ValueSource(ints = {0, SIZE / 2, SIZE - 1})
  void refusesOneFlippedBit(int position) throws IOException {
    byte[] flipped = image.layerBytes();
    flipped[position] ^= 0x10;
    refused(ErrorCode.INTEGRITY, x -> x.reply(200, "", flipped));
  }

  /** C4. */
  @ParameterizedTest
  @ValueSource(ints = {1, -1, -SIZE, 5_000_000})
  void refusesAnotherContentLengthThanTheDescriptors(int more) throws IOException {
    byte[] other = Arrays.copyOf(image.layerBytes(), SIZE + more);
    refused(ErrorCode.INTEGRITY, x -> x.reply(200, "", other));
  }

  @Test
  void readsNoByteOfABodyOfTheWrongLength() throws IOException {
    refused(
        ErrorCode.INTEGRITY,
        x -> {
          x.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
          assertEquals(-1, x.readUntilClosed());
        });
  }

  /** C2. */
  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "Transfer-Encoding: chunked\r\n\r\n"})
  void stopsAtAnEndlessBody(String framing) throws IOException {
    AtomicLong sent = new AtomicLong();
    byte[] more = new byte[4096];
    refused(
        ErrorCode.INTEGRITY,
        x -> {
          x.send("HTTP/1.1 200 OK\r\n" + framing);
          boolean chunked = framing.startsWith("Transfer");
          while (true) {
            x.send(chunked ? "1000\r\n" : "").send(more).send(chunked ? "\r\n" : "");
            sent.addAndGet(more.length);
          }
        });
    // What is more than the blob went into the buffers of the two kernels.
    assertTrue(sent.get() < SIZE + (32 << 20), sent + " bytes");
  }

  /** C3. */
  @Test
  void refusesABodyCutBeforeItsContentLength() throws IOException {
    refused(
        ErrorCode.NETWORK,
        x ->
            x.send("HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n")
                .send(Arrays.copyOf(image.layerBytes(), SIZE - 1)));
  }

  /** C3. */
  @Test
  void refusesAChunkedBodyCutInAChunk() throws IOException {
    refused(
        ErrorCode.NETWORK,
        x ->
            x.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                .send(Integer.toHexString(SIZE) + "\r\n")
                .send(Arrays.copyOf(image.layerBytes(), SIZE / 2)));
  }

  @Test
  void takesAChunkedBodyOfWhichOnlyTheEndIsMissing() throws IOException {
    try (FaultServer server =
        faulty(
            x ->
                x.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .send(Integer.toHexString(SIZE) + "\r\n")
                    .send(image.layerBytes())
                    .send("\r\n"))) {
      assertEquals(image.manifest(), user.pull(Reference.parse(server.host() + "/r:t")));
    }
  }

  @Test
  void refusesNonsenseBetweenChunks() throws IOException {
    refused(
        ErrorCode.NETWORK,
        x ->
            x.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                .send("5\r\nabcde\r\nnonsense\u001b[31m\r\n"));
  }

  /** C3. OkHttp takes the end of the connection for the end of the body: the size must tell. */
  @Test
  void refusesABodyThatEndsEarlyWithTheConnection() throws IOException {
    refused(
        ErrorCode.INTEGRITY,
        x ->
            x.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
                .send(Arrays.copyOf(image.layerBytes(), SIZE - 1)));
  }

  @Test
  void refusesAConnectionResetInTheMiddle() throws IOException {
    refused(
        ErrorCode.NETWORK,
        x -> {
          x.send("HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n")
              .send(Arrays.copyOf(image.layerBytes(), SIZE / 2));
          x.reset();
        });
  }

  @Test
  void aRangeNobodyAskedForIsNotTheBlob() throws IOException {
    refused(
        ErrorCode.PROTOCOL, x -> x.reply(206, "Content-Range: bytes 0-9/" + SIZE, new byte[10]));
  }

  @Test
  void takesABodyOfUnknownLengthThatIsRight() throws IOException {
    try (FaultServer server =
        faulty(
            x -> x.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n").send(image.layerBytes()))) {
      assertEquals(image.manifest(), user.pull(Reference.parse(server.host() + "/r:t")));
    }
  }

  @Test
  void pullsOnlyWhatIsNotThere() throws IOException {
    image.putInto(user.images().layout(), Reference.parse("other:t"));
    try (FaultServer server = FaultServer.start(image::serve)) {
      user.pull(Reference.parse(server.host() + "/r:t"));
      assertEquals("[GET /v2/r/manifests/t]", server.requests().toString());
    }
  }

  @Test
  void theNextPullAfterAFailureSucceeds() throws IOException {
    refused(ErrorCode.NETWORK, Exchange::reset);
    try (FaultServer server = FaultServer.start(image::serve)) {
      assertEquals(image.manifest(), user.pull(Reference.parse(server.host() + "/r:t")));
    }
  }

  private void refused(ErrorCode code, FaultServer.Script layer) throws IOException {
    try (FaultServer server = faulty(layer)) {
      Reference reference = Reference.parse(server.host() + "/r:t");
      assertFails(code, () -> user.pull(reference));
      user.assertHasNothing();
    }
  }

  private FaultServer faulty(FaultServer.Script layer) throws IOException {
    String target = "/v2/r/blobs/" + image.layer().digest();
    return FaultServer.start(
        x -> {
          if (x.target().equals(target)) {
            layer.serve(x);
          } else {
            image.serve(x);
          }
        });
  }
}
