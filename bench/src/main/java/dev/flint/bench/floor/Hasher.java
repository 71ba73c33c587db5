package dev.flint.bench.floor;

import dev.flint.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Hashes pieces in the order they are given, on a thread of its own. */
final class Hasher implements AutoCloseable {
  private final MessageDigest digest = Digest.sha256Hasher();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  /**
   * Queues a piece.
   *
   * @param done runs when the bytes are no longer needed
   */
  void add(ByteBuffer bytes, Runnable done) {
    thread.execute(
        () -> {
          digest.update(bytes);
          done.run();
        });
  }

  /** The digest of all pieces. */
  Digest finish() throws IOException {
    return Digest.of(Waiting.join(thread.submit(() -> digest.digest())));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
