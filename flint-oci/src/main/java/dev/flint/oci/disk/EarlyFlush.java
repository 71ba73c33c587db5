package dev.flint.oci.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Has a large file go to its device while it is still being written. Left to the system, hundreds
 * of megabytes wait in memory until the end, and then everybody waits for a slow device. Writers
 * may be several threads.
 */
public final class EarlyFlush {
  private static final long PORTION = 32 << 20;

  private final FileChannel channel;
  private final AtomicLong written = new AtomicLong();
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile @Nullable Thread thread;

  /** The system tells of a failure once only, so the caller's own flush would succeed. */
  private volatile @Nullable IOException failure;

  /** For the file of a channel, which stays the caller's. */
  public EarlyFlush(FileChannel channel) {
    this.channel = channel;
  }

  /** Says that so many bytes more are written. */
  public void wrote(long bytes) {
    long now = written.addAndGet(bytes);
    if (now / PORTION > (now - bytes) / PORTION && busy.compareAndSet(false, true)) {
      Thread flush = new Thread(this::flush, "flint-flush");
      flush.setDaemon(true);
      thread = flush;
      flush.start();
    }
  }

  private void flush() {
    try {
      channel.force(false);
    } catch (IOException e) {
      failure = e;
      empty();
    } finally {
      busy.set(false);
    }
  }

  /** So that a later run does not take what it reads in memory for what is on the device. */
  private void empty() {
    try {
      channel.truncate(0);
    } catch (IOException e) {
      // The failure is told either way.
    }
  }

  /**
   * Waits for a flush that is under way. Call it after the last write, before the flush that
   * counts.
   *
   * @throws IOException if a flush has failed
   */
  public void finish() throws IOException {
    Thread last = thread;
    boolean interrupted = false;
    while (last != null && last.isAlive()) {
      try {
        last.join();
      } catch (InterruptedException e) {
        // To go on without its result could publish what is not on the device.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    IOException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }
}
