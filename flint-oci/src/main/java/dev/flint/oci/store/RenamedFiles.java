package dev.flint.oci.store;

import java.io.IOException;
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
  private final Set<Path> folders = ConcurrentHashMap.newKeySet();

  /** Renames a file whose content was flushed. */
  void rename(Path temporary, Path target) throws IOException {
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    folders.add(target.resolveSibling("."));
  }

  /** Returns when all names given so far are on the device, also those another thread flushes. */
  synchronized void flush() throws IOException {
    for (Path folder : List.copyOf(folders)) {
      // First: a name given meanwhile needs another flush.
      folders.remove(folder);
      try {
        AtomicFile.syncFolder(folder);
      } catch (IOException e) {
        folders.add(folder);
        throw e;
      }
    }
  }
}
