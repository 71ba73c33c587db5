package dev.flint.capstan;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * The place of one put in {@code ROOT/.flint-staging}, kept by a lock on {@code ID.lock} beside its
 * directory {@code ID}. The lock falls with the process, so that a lock that can be had marks a run
 * that died and is to be cleaned up. The lock file is made before the directory and deleted after
 * it.
 */
final class Staging implements Closeable {
  static final String FOLDER = ".flint-staging";
  private static final String LOCK_SUFFIX = ".lock";

  /**
   * Starts the ids of this process. It must not even open its own lock files a second time: POSIX
   * drops a process's locks on a file when any of its descriptors for it is closed.
   */
  private static final String PROCESS = UUID.randomUUID().toString();

  private final Path lockFile;
  private final FileChannel lock;
  private final StagedRun run;

  private Staging(Path lockFile, FileChannel lock, StagedRun run) {
    this.lockFile = lockFile;
    this.lock = lock;
    this.run = run;
  }

  /** Cleans up after runs that died, then starts a new one. The repository must exist. */
  static Staging open(Path root, Path repository) throws IOException {
    Path folder = root.resolve(FOLDER);
    ImageTarget.requireDirectoryOrNothing(folder);
    Files.createDirectories(folder);
    requireOneFileSystem(folder, repository);
    recover(root, repository);
    while (true) {
      String id = PROCESS + "." + UUID.randomUUID();
      Path lockFile = folder.resolve(id + LOCK_SUFFIX);
      FileChannel lock =
          FileChannel.open(lockFile, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
      boolean kept = false;
      try {
        // Between making and locking the file another process may take it for a dead run's.
        if (lock.tryLock() != null && Files.exists(lockFile)) {
          StagedRun run = new StagedRun(folder.resolve(id), repository);
          run.create();
          kept = true;
          return new Staging(lockFile, lock, run);
        }
      } finally {
        if (!kept) {
          lock.close();
        }
      }
    }
  }

  /** Cleans up after runs that died; a run that cannot be cleaned up is left for another time. */
  static void recover(Path root, Path repository) {
    Path folder = root.resolve(FOLDER);
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      for (Path entry : Entries.of(folder)) {
        if (entry.toString().endsWith(LOCK_SUFFIX)) {
          recoverRun(entry, repository);
        }
      }
    } catch (IOException e) {
      // Nobody asked for it, and what the caller came for may work all the same.
    }
  }

  private static void recoverRun(Path lockFile, Path repository) {
    String file = lockFile.getFileName().toString();
    // Opening a FIFO would wait for a reader.
    if (file.startsWith(PROCESS) || !Files.isRegularFile(lockFile, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    String id = file.substring(0, file.length() - LOCK_SUFFIX.length());
    try (FileChannel lock =
        FileChannel.open(lockFile, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      if (lock.tryLock() != null && Files.exists(lockFile)) {
        new StagedRun(lockFile.resolveSibling(id), repository).settle();
        Files.deleteIfExists(lockFile);
      }
    } catch (IOException | OverlappingFileLockException e) {
      // Not ours to clean, or just being cleaned.
    }
  }

  StagedRun run() {
    return run;
  }

  @Override
  public void close() throws IOException {
    try (lock) {
      run.settle();
      Files.deleteIfExists(lockFile);
    }
  }

  private static void requireOneFileSystem(Path folder, Path repository) throws IOException {
    boolean known = folder.getFileSystem().supportedFileAttributeViews().contains("unix");
    if (known
        && !Files.getAttribute(folder, "unix:dev")
            .equals(Files.getAttribute(repository, "unix:dev"))) {
      throw otherFileSystem(repository);
    }
  }

  /** The failure for a repository that files cannot be renamed into. */
  static FlintException otherFileSystem(Path repository) {
    return new FlintException(
        ErrorCode.LOCAL_IO,
        "cannot write to " + repository + ": it is on another file system than its parent",
        "mount the whole Capstan root instead, or unpack to a file");
  }
}
