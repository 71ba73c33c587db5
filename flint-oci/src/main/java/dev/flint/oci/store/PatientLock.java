package dev.flint.oci.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Waits for a file lock. No event tells that another process gave it up, so it is asked for. */
public final class PatientLock {
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
    return acquire(() -> channel.tryLock(position, size, shared), patience);
  }

  /**
   * Locks a whole file against other processes, and against other threads of this one that lock it
   * through channels of their own.
   *
   * @return empty if another held it all the time
   */
  public static Optional<FileLock> acquire(FileChannel channel, Duration patience)
      throws IOException {
    return acquireAmongThreads(channel, false, patience);
  }

  /** As above, alone or together with others. */
  static Optional<FileLock> acquireAmongThreads(
      FileChannel channel, boolean shared, Duration patience) throws IOException {
    return acquire(
        () -> {
          try {
            return channel.tryLock(0, Long.MAX_VALUE, shared);
          } catch (OverlappingFileLockException e) {
            return null;
          }
        },
        patience);
  }

  private interface Attempt {
    @Nullable FileLock run() throws IOException;
  }

  private static Optional<FileLock> acquire(Attempt attempt, Duration patience) throws IOException {
    long start = System.nanoTime();
    FileLock lock = attempt.run();
    try {
      while (lock == null && System.nanoTime() - start < patience.toNanos()) {
        Thread.sleep(POLL.toMillis());
        lock = attempt.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a lock");
    }
    return Optional.ofNullable(lock);
  }
}
