package dev.flint.registry.server;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets large documents into memory one at a time, as each takes ten times its length while it is
 * looked at. Nobody may wait for a client while it has its turn. Thread-safe.
 */
final class LargeDocuments {
  /** The length of a document that need not wait, in bytes. Hardly any is longer. */
  static final int SMALL = 256 * 1024;

  private static final int SECONDS_TO_WAIT = 10;

  private final Semaphore permit = new Semaphore(1);

  /** The right to hold a document, until closed. */
  interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits until a document of so many bytes may be read.
   *
   * @throws Refusal 429 if that takes too long
   */
  Turn take(Call call, long length) throws IOException, Refusal {
    if (length <= SMALL) {
      return () -> {};
    }
    try {
      if (permit.tryAcquire(SECONDS_TO_WAIT, TimeUnit.SECONDS)) {
        return permit::release;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while other manifests were looked at");
    }
    throw Refusal.busy(call, "too many large manifests come at once");
  }
}
