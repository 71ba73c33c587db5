package dev.flint.oci.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/**
 * What everybody passes who will share a lock, so that one who wants it alone can keep new ones out
 * until those who have it are done. A courtesy: nobody is kept out for more than a window, be it
 * that who closed this was stopped, and where it cannot be had all go without. Over threads and
 * processes; one instance per file and process.
 */
final class Turnstile {
  /** For how long it is closed at most, and then open, in turns: short work ends in it. */
  static final Duration WINDOW = Duration.ofSeconds(2);

  private final Path file;
  private final Duration window;

  Turnstile(Path file, Duration window) {
    this.file = file;
    this.window = window;
  }

  /** Waits until nobody keeps others out, for one window at most. */
  void pass() throws IOException {
    long start = System.nanoTime();
    // One thread at a time, as the JDK refuses two locks; together they wait no longer than one.
    synchronized (this) {
      Optional<FileChannel> open = open();
      if (open.isPresent()) {
        try (FileChannel channel = open.get()) {
          Duration left = window.minusNanos(System.nanoTime() - start);
          PatientLock.acquireAmongThreads(channel, true, left);
        }
      }
    }
  }

  /**
   * Keeps others out until closed, if nobody does so already. They may come in all the same once
   * they waited for a window.
   */
  Closed close() throws IOException {
    Optional<FileChannel> open = open();
    if (open.isEmpty()) {
      return () -> {};
    }
    FileChannel channel = open.get();
    try {
      // Somebody may be passing just now.
      Optional<FileLock> lock = PatientLock.acquireAmongThreads(channel, false, window);
      if (lock.isPresent()) {
        return channel::close;
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return () -> {};
  }

  /** Others are kept out. */
  interface Closed extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  private Optional<FileChannel> open() {
    try {
      FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.CREATE,
              LinkOption.NOFOLLOW_LINKS);
      return Optional.of(channel);
    } catch (IOException e) {
      // No room, no permission, no folder yet, or a link in its place.
      return Optional.empty();
    }
  }
}
