package dev.flint.registry;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.registry.testing.UploadRegistry;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When an upload begins anew or ends, and what it never does. */
class UploadRecoveryTest extends UploadCase {
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

  /** D11: the connection of the session is gone when the body is on its way; a new one is begun. */
  @Test
  void aConnectionThatIsGoneCostsANewSession() throws IOException {
    AtomicInteger connections = new AtomicInteger();
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (connections.getAndIncrement() > 0 || !x.method().equals("POST")) {
                return false;
              }
              x.send("HTTP/1.1 202 X\r\nContent-Length: 0\r\nLocation: /upload?s=99\r\n\r\n");
              x.next().reset();
              return true;
            })) {
      upload(user.client(), registry, bytes());
      assertTrue(registry.has(image.layerBytes()));
      List<String> puts =
          registry.requests().stream().filter(line -> line.startsWith("PUT")).toList();
      assertEquals(2, puts.size(), puts.toString());
      assertEquals(2, Set.copyOf(puts).size(), "one of them was sent twice: " + puts);
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
