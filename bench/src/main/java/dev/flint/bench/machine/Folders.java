package dev.flint.bench.machine;

import dev.flint.oci.store.FolderRemoval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Folders that a measurement starts with empty. */
public final class Folders {
  private Folders() {}

  /** Makes the folder anew. */
  public static Path empty(Path folder) throws IOException {
    delete(folder);
    return Files.createDirectories(folder);
  }

  /** Deletes a folder and all in it, if it is there. */
  public static void delete(Path folder) throws IOException {
    try {
      FolderRemoval.of(folder);
    } catch (NoSuchFileException e) {
      // Nothing to delete.
    }
  }
}
