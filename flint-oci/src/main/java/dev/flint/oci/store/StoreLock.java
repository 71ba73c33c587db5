package dev.flint.oci.store;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A reader-writer lock over threads and processes. Readers of one JVM share one file lock, because
 * the JDK refuses a second one on the same file. A hold is closed by the thread that took it. The
 * lock file is never deleted; the lock of a dead process is free. One instance per file and
 * process.
 *
 * <p>Who waits to own it keeps new readers out for {@linkplain Turnstile a moment} every now and
 * then, so that it gets its turn however many short readers there are, and no long one brings the
 * others to a standstill.
 */
public final class StoreLock {
  private final Path file;
  private final Duration patience;
  private final Duration window;
  private final Turnstile turnstile;
  private final ReentrantReadWriteLock threads = new ReentrantReadWriteLock();
  private int readers;
  private @Nullable FileLock shared;

  /**
   * A lock of a file.
   *
   * @param patience how long to wait for other processes
   */
  public StoreLock(Path file, Duration patience) {
    this(file, patience, Turnstile.WINDOW);
  }

  /**
   * As above.
   *
   * @param window for how long who waits to own it keeps others out at a time
   */
  StoreLock(Path file, Duration patience, Duration window) {
    this.file = file;
    this.patience = patience;
    this.window = window;
    this.turnstile = new Turnstile(file.resolveSibling(file.getFileName() + ".turn"), window);
  }

  /** A lock that is held until closed. */
  public interface Hold extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /**
   * Waits until no other process or thread holds the lock alone, then shares it. A thread that
   * shares it already lets nobody go first.
   */
  public Hold share() throws IOException {
    threads.readLock().lock();
    try {
      if (threads.getReadHoldCount() == 1) {
        turnstile.pass();
      }
      synchronized (this) {
        if (shared == null) {
          shared = lock(channel -> acquire(channel, true, patience));
        }
        readers++;
      }
    } catch (IOException | RuntimeException e) {
      threads.readLock().unlock();
      throw e;
    }
    return this::unshare;
  }

  private void unshare() throws IOException {
    try {
      synchronized (this) {
        readers--;
        FileLock held = shared;
        if (readers == 0 && held != null) {
          shared = null;
          held.acquiredBy().close();
        }
      }
    } finally {
      threads.readLock().unlock();
    }
  }

  /** Waits until nobody else holds the lock, then holds it alone. */
  public Hold own() throws IOException {
    threads.writeLock().lock();
    try {
      return owned(lock(this::acquireAlone));
    } catch (IOException | RuntimeException e) {
      threads.writeLock().unlock();
      throw e;
    }
  }

  /** Holds the lock alone if nobody holds it now. */
  public Optional<Hold> tryOwn() throws IOException {
    if (!threads.writeLock().tryLock()) {
      return Optional.empty();
    }
    Optional<FileLock> lock = Optional.empty();
    try {
      lock = tryLock();
      return lock.map(this::owned);
    } finally {
      if (lock.isEmpty()) {
        threads.writeLock().unlock();
      }
    }
  }

  private Optional<FileLock> tryLock() throws IOException {
    FileChannel channel = open();
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Another instance of this JVM has it.
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    return Optional.ofNullable(lock);
  }

  private Hold owned(FileLock lock) {
    return () -> {
      try {
        lock.acquiredBy().close();
      } finally {
        threads.writeLock().unlock();
      }
    };
  }

  private interface Attempt {
    Optional<FileLock> on(FileChannel channel) throws IOException;
  }

  private FileLock lock(Attempt attempt) throws IOException {
    FileChannel channel = open();
    FileLock lock = null;
    try {
      lock = attempt.on(channel).orElse(null);
    } catch (OverlappingFileLockException e) {
      throw new FlintException(
          ErrorCode.LOCAL_IO, "the store is opened twice in this process: " + file, e);
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    if (lock == null) {
      throw new FlintException(
          ErrorCode.LOCAL_IO,
          "another process has held " + file + " for " + patience.toSeconds() + " seconds",
          "wait for it to end, or end it");
    }
    return lock;
  }

  private static Optional<FileLock> acquire(FileChannel channel, boolean share, Duration patience)
      throws IOException {
    return PatientLock.acquire(channel, 0, Long.MAX_VALUE, share, patience);
  }

  private Optional<FileLock> acquireAlone(FileChannel channel) throws IOException {
    long start = System.nanoTime();
    Optional<FileLock> lock = acquire(channel, false, Duration.ZERO);
    for (Duration left = patience; lock.isEmpty() && isSome(left); left = left(start)) {
      try (Turnstile.Closed closed = turnstile.close()) {
        lock = acquire(channel, false, shorter(left(start)));
      }
      if (lock.isEmpty()) {
        lock = acquire(channel, false, shorter(left(start)));
      }
    }
    return lock;
  }

  private Duration left(long start) {
    return patience.minusNanos(System.nanoTime() - start);
  }

  private static boolean isSome(Duration left) {
    return !left.isNegative() && !left.isZero();
  }

  private Duration shorter(Duration left) {
    return left.compareTo(window) < 0 ? left : window;
  }

  private FileChannel open() throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    return FileChannel.open(
        file,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.CREATE,
        LinkOption.NOFOLLOW_LINKS);
  }
}
