package dev.flint.oci.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives flushed files their names, and flushes the names of many together: an image of many small
 * blobs waits for the device once for all names, not once for each. A name that is lost in a power
 * cut before that costs fetching the blob again; a name never leads to bytes that are not on the
 * device. Thread-safe.
 */
final class RenamedFiles {
  private final Path blobs;
  private final Flush flush;
  private final Set<Path> folders = ConcurrentHashMap.newKeySet();

  /** Those that are on the device themselves. */
  private final Set<Path> made = ConcurrentHashMap.newKeySet();

  /** Puts the entries of a folder on the device. */
  interface Flush {
    void folder(Path folder) throws IOException;
  }

  /**
   * Names files.
   *
   * @param blobs the folder of the folders that they are in
   */
  RenamedFiles(Path blobs, Flush flush) {
    this.blobs = blobs;
    this.flush = flush;
  }

  /**
   * Makes a folder for files, unless it is there, or a link to one. Whoever made it, it is on the
   * device then.
   */
  void makeFolder(String name) throws IOException {
    Path folder = blobs.resolve(name);
    if (!made.contains(folder)) {
      // Early builds of JDK 17 refuse a link to a folder in createDirectories.
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
      }
      flush.folder(blobs);
      made.add(folder);
    }
  }

  /** Renames a file whose content was flushed. */
  void rename(Path temporary, Path target) throws IOException {
    Path folder = blobs.relativize(target).getName(0);
    makeFolder(folder.toString());
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    folders.add(blobs.resolve(folder));
  }

  /** Returns when all names given so far are on the device, also those another thread flushes. */
  synchronized void flush() throws IOException {
    for (Path folder : List.copyOf(folders)) {
      // First: a name given meanwhile needs another flush.
      folders.remove(folder);
      try {
        flush.folder(folder);
      } catch (IOException e) {
        folders.add(folder);
        throw e;
      }
    }
  }

  /**
   * As {@link #flush}, with what other processes named. Theirs may be what is about to be relied
   * on, and they flush it later.
   */
  void flushAll() throws IOException {
    if (Files.isDirectory(blobs)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(blobs)) {
        for (Path folder : all) {
          if (Files.isDirectory(folder)) {
            makeFolder(String.valueOf(folder.getFileName()));
            flushOfOthers(folder);
          }
        }
      }
    }
    flush();
  }

  private void flushOfOthers(Path folder) throws IOException {
    if (!folders.contains(folder)) {
      try {
        flush.folder(folder);
      } catch (AccessDeniedException e) {
        // As lost+found is, where a device of its own holds the blobs.
        return;
      }
    }
  }
}
