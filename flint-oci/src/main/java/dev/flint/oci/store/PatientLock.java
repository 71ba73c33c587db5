package dev.flint.oci.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.time.Duration;
import java.util.Optional;

/** Waits for a file lock. No event tells that another process gave it up, so it is asked for. */
final class PatientLock {
  private static final Duration POLL = Duration.ofMillis(20);

  private PatientLock() {}

  /**
   * Locks a region of a file.
   *
   * @return empty if another process held it all the time
   */
  static Optional<FileLock> acquire(
      FileChannel channel, long position, long size, boolean shared, Duration patience)
      throws IOException {
    long start = System.nanoTime();
    FileLock lock = channel.tryLock(position, size, shared);
    try {
      while (lock == null && System.nanoTime() - start < patience.toNanos()) {
        Thread.sleep(POLL.toMillis());
        lock = channel.tryLock(position, size, shared);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a lock");
    }
    return Optional.ofNullable(lock);
  }
}
