package dev.flint.registry;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import dev.flint.registry.testing.UploadRegistry;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How an upload goes on after a failure, and what it never does. */
class UploadRecoveryTest {
  private static final int MIB = 1 << 20;
  private static final int SIZE = 9 * MIB;
  private static final byte[] NONE = {};
  private static final UploadRegistry.Fault SOUND = (x, registry) -> false;

  @TempDir Path folder;
  private TestClient user;
  private TestImage image;
  private Descriptor layer;
  private final AtomicInteger faults = new AtomicInteger();

  @BeforeEach
  void prepare() throws IOException {
    user = new TestClient(folder);
    image = TestImage.ofLayerSize(SIZE);
    layer = image.layer();
  }

  private BlobSource bytes() {
    byte[] bytes = image.layerBytes();
    return () -> new ByteArrayInputStream(bytes);
  }

  private void upload(UploadRegistry registry) throws IOException {
    upload(user.client(), registry, bytes());
  }

  private void upload(RegistryClient client, UploadRegistry registry, BlobSource source)
      throws IOException {
    AtomicLong metered = new AtomicLong();
    client
        .repository(Reference.parse(registry.host() + "/r"))
        .putBlob(layer, source, metered::addAndGet);
    assertTrue(registry.has(image.layerBytes()), registry.requests().toString());
    assertEquals(SIZE, metered.get());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private boolean first(boolean applies) {
    return applies && faults.getAndIncrement() == 0;
  }

  /** The upload was cut after 5 MiB, of which the registry kept 3. */
  @Test
  void goesOnWhereTheRegistryIsAfterACut() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!first(x.method().equals("PUT"))) {
                return false;
              }
              r.keep(x, 3 * MIB);
              x.body(2 * MIB);
              x.reset();
              return true;
            })) {
      upload(registry);
      assertEquals(
          List.of(
              "POST /v2/r/blobs/uploads/",
              "PUT /upload?s=1&digest=" + layer.digest(),
              "GET /upload?s=1",
              "PATCH /upload?s=1&move=1",
              "PUT /upload?s=1&move=2&digest=" + layer.digest()),
          withoutHead(registry));
      assertEquals(1, user.notes().size());
      assertTrue(user.notes().get(0).endsWith("; trying again now"), user.notes().get(0));
    }
  }

  /** It depends on buffers of the system whether all of the body went out before the cut. */
  private static List<String> withoutHead(UploadRegistry registry) {
    return registry.requests().stream().filter(line -> !line.startsWith("HEAD")).toList();
  }

  /** D6. */
  @Test
  void asksAfter416AndGoesOnBehindWhatIsThere() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!first(x.method().equals("PATCH"))) {
                return false;
              }
              r.keep(x, MIB);
              x.body(MIB);
              x.reply(416, "", NONE);
              return true;
            })) {
      RegistryClient client = user.client();
      client.memory(registry.host()).limitChunks(2 * MIB);
      upload(client, registry, bytes());
      assertEquals(1, registry.count("POST"));
      assertEquals(1, registry.count("GET"));
      // One in vain, then 8 MiB in steps of two.
      assertEquals(5, registry.count("PATCH"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Range: 0-9", "Range: 0-99999999", "Range: bytes=0-1048575"})
  void asksWhenTheRegistryCountsOtherwise(String range) throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!first(x.method().equals("PATCH"))) {
                return false;
              }
              r.keep(x, 2 * MIB);
              x.reply(202, "Location: " + x.target() + "\r\n" + range, NONE);
              return true;
            })) {
      RegistryClient client = user.client();
      client.memory(registry.host()).limitChunks(2 * MIB);
      upload(client, registry, bytes());
      assertEquals(1, registry.count("GET"));
      assertEquals(5, registry.count("PATCH"));
    }
  }

  /** Facts section 4: ECR says 201, Gitea a range that is none, others nothing. */
  @ParameterizedTest
  @CsvSource({"201, Range: 0--1", "204, X: y", "202, Range: bytes=0-2097151"})
  void takesTheAnswersOfAllRegistriesToAChunk(int status, String header) throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!first(x.method().equals("PATCH"))) {
                return false;
              }
              r.keep(x, 2 * MIB);
              x.reply(status, header, NONE);
              return true;
            })) {
      RegistryClient client = user.client();
      client.memory(registry.host()).limitChunks(2 * MIB);
      upload(client, registry, bytes());
      assertEquals(0, registry.count("GET"));
    }
  }

  /** D8. */
  @ParameterizedTest
  @CsvSource({"4194304, 3", "1099511627776, 0", "abc, 9", "-5, 9", "9437184, 0", "0, 9"})
  void honoursTheLeastChunkLengthWhereItMakesSense(String least, int chunks) throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(SOUND).opening("OCI-Chunk-Min-Length: " + least)) {
      RegistryClient client = user.client();
      client.memory(registry.host()).limitChunks(MIB);
      upload(client, registry, bytes());
      assertEquals(chunks, registry.count("PATCH"));
      assertEquals(1, registry.count("PUT"));
    }
  }

  /** D9. */
  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH"})
  void opensANewSessionForOneThatIsGone(String method) throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (first(x.method().equals(method))) {
                r.forget(x);
              }
              return false;
            })) {
      RegistryClient client = user.client();
      if (method.equals("PATCH")) {
        client.memory(registry.host()).limitChunks(4 * MIB);
      }
      upload(client, registry, bytes());
      assertEquals(2, registry.count("POST"));
    }
  }

  /** D9. */
  @Test
  void givesUpOnARegistryThatForgetsEverySession() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (x.method().equals("PUT")) {
                r.forget(x);
              }
              return false;
            })) {
      assertFails(ErrorCode.NOT_FOUND, () -> upload(registry));
      assertEquals(3, registry.count("PUT"));
    }
  }

  /** D10. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void looksForTheBlobBeforeAnythingElseWhenTheAnswerIsLost(boolean chunks) throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!first(x.method().equals("PUT"))) {
                return false;
              }
              r.takeSilently(x);
              return true;
            })) {
      RegistryClient client = user.client();
      if (chunks) {
        client.memory(registry.host()).limitChunks(4 * MIB);
      }
      upload(client, registry, bytes());
      assertEquals(1, registry.count("POST"));
      assertEquals(1, registry.count("PUT"));
      assertEquals(chunks ? 3 : 0, registry.count("PATCH"));
      assertEquals(
          "HEAD /v2/r/blobs/" + layer.digest(),
          registry.requests().get(registry.requests().size() - 1));
    }
  }

  /** D10: the chunk came, its answer did not. */
  @Test
  void sendsNoChunkTwiceOfWhichTheAnswerIsLost() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!first(x.method().equals("PATCH"))) {
                return false;
              }
              r.keep(x, 4 * MIB);
              x.reset();
              return true;
            })) {
      RegistryClient client = user.client();
      client.memory(registry.host()).limitChunks(4 * MIB);
      upload(client, registry, bytes());
      assertEquals(3, registry.count("PATCH"));
      assertEquals(1, registry.count("POST"));
    }
  }

  /** A registry that says 0-0 has nothing, or one byte: nobody knows. */
  @Test
  void beginsAnewWhereNothingIsKnown() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!first(x.method().equals("PUT"))) {
                return false;
              }
              x.body(1000);
              x.reset();
              return true;
            })) {
      upload(registry);
      assertEquals(2, registry.count("POST"));
      assertEquals(2, registry.count("PUT"));
      assertEquals(1, registry.count("DELETE"));
    }
  }

  /** Issue 4, done when 4: docker-registry 2.8.2 loses the session with the connection. */
  @Test
  void saysInOneLineThatTheRegistryKeepsNothing() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (x.method().equals("PUT")) {
                x.body(MIB);
                r.forget(x);
                x.reset();
              }
              return x.method().equals("PUT");
            })) {
      FlintException e = assertFails(ErrorCode.NETWORK, () -> upload(registry));
      assertEquals(
          "cannot push blob "
              + layer.digest()
              + " to "
              + registry.host()
              + "/r: the connection broke, and the registry kept nothing of the upload, 4 times"
              + " in a row",
          e.getMessage());
      assertTrue(e.remedy().contains("better link"), e.remedy());
      assertEquals(4, registry.count("PUT"));
    }
  }

  /** A registry that keeps whole chunks only gets smaller ones until they get through. */
  @Test
  void sendsSmallerChunksWhereOnlyWholeOnesCount() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              long length = Long.parseLong(x.header("content-length").orElse("0"));
              if (length <= 3 * MIB) {
                return false;
              }
              if (x.method().equals("PUT")) {
                r.keep(x, MIB);
              } else {
                x.body(3 * MIB);
              }
              x.reset();
              return true;
            })) {
      upload(registry);
      assertEquals(1, registry.count("POST"));
    }
  }

  /**
   * One cut at a bad moment does not make all the rest wait for an answer after each small piece.
   */
  @Test
  void sendsLargerChunksAgainAfterSomeGotThrough() throws IOException {
    List<Long> sizes = new CopyOnWriteArrayList<>();
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!x.method().equals("PATCH")) {
                return false;
              }
              sizes.add(Long.parseLong(x.header("content-length").orElse("")) / MIB);
              if (!first(sizes.size() == 2)) {
                return false;
              }
              x.reset();
              return true;
            })) {
      RegistryClient client = user.client();
      client.memory(registry.host()).limitChunks(2 * MIB);
      upload(client, registry, bytes());
      assertEquals(List.of(2L, 2L, 1L, 1L, 1L, 1L, 2L, 1L), sizes);
    }
  }

  /** A registry that makes no headway is not fed for ever. */
  @Test
  void stopsFeedingARegistryThatKeepsAlmostNothing() throws IOException {
    AtomicLong taken = new AtomicLong();
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              int length = x.header("content-length").map(Integer::parseInt).orElse(0);
              if (length < 200_000) {
                return false;
              }
              r.keep(x, 65_536);
              x.body(length - 65_536);
              taken.addAndGet(length);
              x.reset();
              return true;
            })) {
      RegistryClient client = user.client();
      client.memory(registry.host()).limitChunks(SIZE - 1);
      assertFails(ErrorCode.NETWORK, () -> upload(client, registry, bytes()));
      assertTrue(taken.get() < 5L * SIZE + (64 << 20) + SIZE, taken + " bytes");
    }
  }

  /** Facts section 4, consequence (b). */
  @ParameterizedTest
  @CsvSource({"413, ''", "416, 'Request body too large'"})
  void sendsChunksWhereAWholeBlobIsTooLarge(int status, String message) throws IOException {
    byte[] body = utf8("{\"errors\":[{\"message\":\"" + message + "\"}]}");
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (x.header("content-length").map(Long::parseLong).orElse(0L) < 4 * MIB) {
                return false;
              }
              x.body();
              x.reply(status, "", body);
              return true;
            })) {
      RegistryClient client = user.client();
      upload(client, registry, bytes());
      assertEquals(1, registry.count("PUT /upload?s=1"));
      assertEquals(3, registry.count("PATCH /upload?s=2"));
      // The host is known by now.
      upload(client, registry, bytes());
      assertEquals(0, registry.count("PUT /upload?s=3&digest"));
      assertEquals(3, registry.count("PATCH /upload?s=3"));
    }
  }

  @Test
  void saysSoWhereEvenSmallChunksAreTooLarge() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (x.header("content-length").map(Long::parseLong).orElse(0L) < 1000) {
                return false;
              }
              x.body();
              x.reply(413, "", NONE);
              return true;
            })) {
      FlintException e = assertFails(ErrorCode.NETWORK, () -> upload(registry));
      assertTrue(e.remedy().contains("limits the size"), e.remedy());
      assertEquals(2, registry.count("POST"));
    }
  }

  /** C27 for uploads: each time from the POST on. */
  @Test
  void beginsAnewAfterAServerFailure() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              boolean fails = x.method().equals("PUT") && faults.getAndIncrement() < 2;
              if (fails) {
                x.body();
                x.reply(503, "", NONE);
              }
              return fails;
            })) {
      upload(registry);
      assertEquals(3, registry.count("POST"));
      assertEquals(3, registry.count("PUT"));
      assertEquals(2, registry.count("DELETE"));
      assertEquals(2, user.waits().size());
    }
  }

  /** A registry that computes another digest gets the blob once more, and then it is damage. */
  @Test
  void sendsADisputedBlobOnceMore() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (first(x.method().equals("PUT"))) {
                x.body();
                x.reply(400, "", utf8("{\"errors\":[{\"code\":\"DIGEST_INVALID\"}]}"));
                return true;
              }
              return false;
            })) {
      upload(registry);
      assertEquals(2, registry.count("POST"));
    }
  }

  /** D13: also what is sent in pieces is verified as a whole. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSourceThatChangesBetweenChunksIsFoundOut(boolean ranges) throws IOException {
    byte[] bytes = image.layerBytes();
    BlobSource source =
        new BlobSource() {
          @Override
          public InputStream open() {
            return new ByteArrayInputStream(bytes);
          }

          @Override
          public Optional<InputStream> range(long from, long length) {
            return ranges
                ? Optional.of(new ByteArrayInputStream(bytes, (int) from, (int) length))
                : Optional.empty();
          }
        };
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (x.method().equals("PATCH") && r.size(x) == 6 * MIB) {
                if (faults.getAndIncrement() == 0) {
                  // Sent before, and kept.
                  bytes[5 * MIB]++;
                  // Not sent yet.
                  bytes[8 * MIB]++;
                  x.reset();
                  return true;
                }
              }
              return false;
            })) {
      RegistryClient client = user.client();
      client.memory(registry.host()).limitChunks(2 * MIB);
      FlintException e = assertFails(ErrorCode.INTEGRITY, () -> upload(client, registry, source));
      assertTrue(String.valueOf(e.getMessage()).contains("changed"), e.getMessage());
      assertEquals(0, registry.count("PUT"));
      assertEquals(1, registry.count("DELETE"));
    }
  }

  /** A failure of another registry that is copied from is not one of this one. */
  @Test
  void aSourceThatFailsIsNotTakenForTheRegistry() throws IOException {
    try (UploadRegistry from = UploadRegistry.start(SOUND);
        UploadRegistry registry = UploadRegistry.start(SOUND)) {
      RegistryClient client = user.client();
      RegistryRepository other = client.repository(Reference.parse(from.host() + "/other"));
      FlintException e =
          assertFails(ErrorCode.NOT_FOUND, () -> upload(client, registry, () -> other.blob(layer)));
      assertTrue(String.valueOf(e.getMessage()).contains(from.host()), e.getMessage());
      assertEquals(1, registry.count("POST"));
      assertEquals(1, registry.count("DELETE"));
    }
  }

  /** D21: the session is cancelled, and no other upload begins. */
  @Test
  void anInterruptedUploadIsCancelled() throws Exception {
    CountDownLatch sending = new CountDownLatch(1);
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!x.method().equals("PUT")) {
                return false;
              }
              x.body(MIB);
              sending.countDown();
              x.finish();
              return true;
            })) {
      RegistryClient client = user.client();
      byte[] bytes = image.layerBytes();
      CountDownLatch never = new CountDownLatch(1);
      CompletableFuture<FlintException> failure =
          CompletableFuture.supplyAsync(
              () -> {
                FlintException e =
                    assertFails(
                        ErrorCode.INTERRUPTED,
                        () ->
                            upload(
                                client,
                                registry,
                                () -> new WaitingStream(new ByteArrayInputStream(bytes), never)));
                assertTrue(Thread.interrupted());
                return e;
              });
      sending.await();
      client.stopUploads(Duration.ofSeconds(20));
      assertTrue(String.valueOf(failure.get().getMessage()).startsWith("interrupted"));
      assertEquals(1, registry.count("DELETE /upload?s=1"));
      assertFails(ErrorCode.INTERRUPTED, () -> upload(client, registry, bytes()));
      assertEquals(1, registry.count("POST"));
    }
  }

  /** Has nothing to give after its first half until the thread is wanted. */
  private static final class WaitingStream extends FilterInputStream {
    private final CountDownLatch latch;
    private int left = SIZE / 2;

    WaitingStream(InputStream in, CountDownLatch latch) {
      super(in);
      this.latch = latch;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (left < length) {
        try {
          latch.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("test");
        }
      }
      left -= length;
      return super.read(buffer, offset, length);
    }
  }

  /** The address of a session may hold secrets. */
  @Test
  void theAddressOfASessionIsNeverShown() throws IOException {
    String secret = "sig=very-secret";
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (x.method().equals("POST")) {
                x.reply(202, "Location: /upload?" + secret, NONE);
              } else if (x.target().startsWith("/upload")) {
                x.reset();
              } else {
                return false;
              }
              return true;
            })) {
      FlintException e = assertFails(ErrorCode.NETWORK, () -> upload(registry));
      for (Throwable t = e; t != null; t = t.getCause()) {
        assertFalse(t.toString().contains("secret"), t.toString());
      }
      assertFalse(user.notes().toString().contains("secret"), user.notes().toString());
    }
  }
}
