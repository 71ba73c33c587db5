package dev.flint.build;

import dev.flint.oci.store.FolderRemoval;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Folders for files that are not kept, below one of this build's own. What a killed build left is
 * known by its free lock, and removed by the next. Thread-safe.
 */
final class WorkFolder implements AutoCloseable {
  private static final String LOCK = "lock";

  /** Longer than anybody takes from making a folder to locking it. */
  private static final Duration YOUNG = Duration.ofMinutes(10);

  private final Path parent;
  private final String prefix = ProcessHandle.current().pid() + "-";
  private @Nullable Path own;
  private @Nullable FileChannel lock;

  /** Takes room below a folder, which is made when it is needed. */
  WorkFolder(Path parent) {
    this.parent = parent;
  }

  /** What needs a folder. */
  @FunctionalInterface
  interface Use {
    VariantBuilder.Stored in(Path folder) throws IOException;
  }

  /** Does something with an empty folder, and removes that with all that is in it. */
  VariantBuilder.Stored with(Use use) throws IOException {
    try (Removal own = new Removal(Files.createTempDirectory(own(), "variant"))) {
      return use.in(own.folder);
    }
  }

  /** Closed after a failure, it does not hide that by one of its own. */
  private record Removal(Path folder) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      FolderRemoval.of(folder);
    }
  }

  private synchronized Path own() throws IOException {
    Path folder = own;
    if (folder == null) {
      Files.createDirectories(parent);
      sweep();
      folder = open();
      own = folder;
    }
    return folder;
  }

  private Path open() throws IOException {
    while (true) {
      Path folder = Files.createTempDirectory(parent, prefix);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
      channel.lock();
      // A sweeper may have seen the file before it was locked, and taken it for a dead one.
      if (Files.exists(folder.resolve(LOCK))) {
        lock = channel;
        return folder;
      }
      channel.close();
    }
  }

  private void sweep() throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent)) {
      for (Path folder : folders) {
        String name = String.valueOf(folder.getFileName());
        // A lock of this process is lost when any channel to its file is closed.
        if (!name.startsWith(prefix) && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
          sweep(folder);
        }
      }
    }
  }

  private static void sweep(Path folder) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve(LOCK), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        FileLock free = channel.tryLock()) {
      if (free != null) {
        FolderRemoval.of(folder);
      }
    } catch (NoSuchFileException e) {
      if (Files.exists(folder)
          && Files.getLastModifiedTime(folder).toInstant().isBefore(Instant.now().minus(YOUNG))) {
        FolderRemoval.of(folder);
      }
    } catch (FileSystemException e) {
      // Another user's, for example. It costs space, but no reason not to work.
    }
  }

  @Override
  public synchronized void close() throws IOException {
    try {
      if (own != null) {
        FolderRemoval.of(own);
      }
    } finally {
      if (lock != null) {
        lock.close();
      }
    }
  }
}
