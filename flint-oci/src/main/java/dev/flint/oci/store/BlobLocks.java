package dev.flint.oci.store;

import dev.flint.oci.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who works on which blob, over threads and processes: each blob is one byte, told by its digest,
 * of one file that is locked there. So nothing is left behind per blob, and the lock of a dead
 * process is free. Thread-safe; one instance per file and process, as closing any other channel of
 * the file would free all locks of the process.
 */
final class BlobLocks {
  private final Path file;
  private final Set<Long> held = new HashSet<>();
  private @Nullable FileChannel channel;

  BlobLocks(Path file) {
    this.file = file;
  }

  /**
   * Holds a blob alone.
   *
   * @param patience how long to wait for whoever has it
   * @return empty if it was held all the time
   */
  Optional<StoreLock.Hold> own(Digest digest, Duration patience) throws IOException {
    long region = region(digest);
    Optional<FileChannel> open = enter(region, patience);
    if (open.isEmpty()) {
      return Optional.empty();
    }
    Optional<FileLock> lock = Optional.empty();
    try {
      lock = PatientLock.acquire(open.get(), region, 1, false, patience);
    } catch (OverlappingFileLockException e) {
      // Another instance of this process has it.
    } finally {
      if (lock.isEmpty()) {
        leave(region);
      }
    }
    return lock.map(
        own ->
            () -> {
              try {
                own.release();
              } finally {
                leave(region);
              }
            });
  }

  /** A place of its own for each blob: two share one less often than a disk loses bytes. */
  private static long region(Digest digest) {
    byte[] hash = Digest.sha256Hasher().digest(digest.toString().getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(hash).getLong() >>> 2;
  }

  private synchronized Optional<FileChannel> enter(long region, Duration patience)
      throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (held.contains(region)) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return Optional.empty();
      }
      await(left);
    }
    FileChannel open = channel;
    if (open == null) {
      open = open();
      channel = open;
    }
    held.add(region);
    return Optional.of(open);
  }

  private void await(long nanos) throws IOException {
    try {
      TimeUnit.NANOSECONDS.timedWait(this, nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a blob");
    }
  }

  private synchronized void leave(long region) throws IOException {
    held.remove(region);
    notifyAll();
    FileChannel open = channel;
    if (held.isEmpty() && open != null) {
      channel = null;
      open.close();
    }
  }

  private FileChannel open() throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    return FileChannel.open(
        file, StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS);
  }
}
