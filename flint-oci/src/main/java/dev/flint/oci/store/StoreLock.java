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
 */
public final class StoreLock {
  private final Path file;
  private final Duration patience;
  private final ReentrantReadWriteLock threads = new ReentrantReadWriteLock();
  private int readers;
  private @Nullable FileLock shared;

  /**
   * A lock of a file.
   *
   * @param patience how long to wait for other processes
   */
  public StoreLock(Path file, Duration patience) {
    this.file = file;
    this.patience = patience;
  }

  /** A lock that is held until closed. */
  public interface Hold extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /** Waits until no other process or thread holds the lock alone, then shares it. */
  public Hold share() throws IOException {
    threads.readLock().lock();
    try {
      synchronized (this) {
        if (shared == null) {
          shared = lock(true);
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
      return owned(lock(false));
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

  private FileLock lock(boolean share) throws IOException {
    FileChannel channel = open();
    try {
      return PatientLock.acquire(channel, 0, Long.MAX_VALUE, share, patience)
          .orElseThrow(
              () ->
                  new FlintException(
                      ErrorCode.LOCAL_IO,
                      "another process has held "
                          + file
                          + " for "
                          + patience.toSeconds()
                          + " seconds",
                      "wait for it to end, or end it"));
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new FlintException(
          ErrorCode.LOCAL_IO, "the store is opened twice in this process: " + file, e);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
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
