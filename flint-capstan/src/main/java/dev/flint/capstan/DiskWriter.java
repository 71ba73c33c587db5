package dev.flint.capstan;

import dev.flint.oci.disk.DiskFormat;
import java.io.IOException;
import java.nio.file.Path;

/** Writes the disk file of an image that {@link CapstanRepository#put} is about to publish. */
@FunctionalInterface
public interface DiskWriter {
  /**
   * Makes the disk file.
   *
   * @param file a path in an empty directory of the file's own; nothing is there yet
   * @return what was written, which decides the suffix of the published file
   * @throws IOException ends the put; nothing of it stays
   */
  DiskFormat write(Path file) throws IOException;
}
