package dev.flint.oci.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where unfinished files of one process live: a folder of its own with a lock file that is held
 * while the process runs. What a killed process left is known by its free lock, and the next
 * process removes it. Thread-safe.
 */
final class IngestArea {
  private static final String LOCK = "lock";
  private static final Duration YOUNG = Duration.ofMinutes(10);

  /** The folders of sessions; nothing else here is ever removed. */
  private static final Pattern SESSION = Pattern.compile("[0-9a-f-]{73}");

  /**
   * All folders of this JVM start so; their locks must not be probed, closing would free them. In a
   * class of its own, as a random number takes long to start and readers need none.
   */
  private static final class Own {
    static final String PREFIX = UUID.randomUUID().toString();
  }

  private final Path root;
  private @Nullable Path session;
  private @Nullable FileLock lock;
  private long counter;

  IngestArea(Path root) {
    this.root = root;
  }

  /** A fresh file name on the same file system as the store. */
  synchronized Path newFile() throws IOException {
    Path folder = session;
    if (folder == null || !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      folder = openSession();
      session = folder;
    }
    return folder.resolve(Long.toString(counter++));
  }

  private Path openSession() throws IOException {
    Files.createDirectories(root);
    leftovers(true);
    while (true) {
      Path folder = root.resolve(Own.PREFIX + "-" + UUID.randomUUID());
      Files.createDirectory(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
      lock = channel.lock();
      // A sweeper may have seen the lock file before it was locked, and taken it for a dead one.
      if (Files.exists(folder.resolve(LOCK))) {
        return folder;
      }
      channel.close();
    }
  }

  /** Ends the session of this process; its folder goes. */
  synchronized void close() throws IOException {
    Path folder = session;
    FileLock held = lock;
    if (folder != null) {
      deleteFolder(folder);
    }
    if (held != null) {
      held.acquiredBy().close();
    }
    session = null;
    lock = null;
  }

  /**
   * What killed processes left.
   *
   * @param remove whether to remove it
   * @return how many bytes it is
   */
  long leftovers(boolean remove) throws IOException {
    long bytes = 0;
    if (!Files.isDirectory(root)) {
      return bytes;
    }
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root)) {
      for (Path folder : folders) {
        String name = folder.getFileName().toString();
        // A layout may come from anyone: a link in it must not lead the sweep astray.
        if (SESSION.matcher(name).matches()
            && !name.startsWith(Own.PREFIX)
            && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
          bytes += tryLeftover(folder, remove);
        }
      }
    }
    return bytes;
  }

  private static long tryLeftover(Path folder, boolean remove) throws IOException {
    try {
      return leftover(folder, remove);
    } catch (FileSystemException e) {
      // Another user's, for example. It costs space, but no reason not to work.
      return 0;
    }
  }

  private static long leftover(Path folder, boolean remove) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve(LOCK), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      return channel.tryLock() == null ? 0 : dead(folder, remove);
    } catch (NoSuchFileException e) {
      // Killed between making the folder and its lock file, or just about to make it.
      return isOld(folder) ? dead(folder, remove) : 0;
    } catch (OverlappingFileLockException e) {
      throw new IllegalStateException("own folders are never swept", e);
    }
  }

  private static boolean isOld(Path folder) throws IOException {
    return Files.exists(folder)
        && Files.getLastModifiedTime(folder).toInstant().isBefore(Instant.now().minus(YOUNG));
  }

  private static long dead(Path folder, boolean remove) throws IOException {
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        bytes += Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : 0;
      }
    }
    if (remove) {
      deleteFolder(folder);
    }
    return bytes;
  }

  /** Deletes a folder of plain files, the lock last so that a crash in between is swept later. */
  private static void deleteFolder(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (!file.getFileName().toString().equals(LOCK)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException | FileAlreadyExistsException e) {
      // Another process sweeps the same leftovers.
      return;
    }
    Files.deleteIfExists(folder.resolve(LOCK));
    Files.deleteIfExists(folder);
  }
}
