package dev.flint.capstan;

import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What could be read of an image's {@code index.yaml}. As in Capstan, nothing wrong with the file
 * keeps the image from being used.
 *
 * @param index {@link IndexYaml#EMPTY} if the file is missing or unusable
 * @param note why it is unusable, one line; empty if it is missing or fine
 */
record IndexFile(IndexYaml index, String note) {
  static final String NAME = "index.yaml";

  /**
   * Reads the file.
   *
   * @throws FlintException POLICY if it is a link out of the repository
   */
  static IndexFile read(Path file, Enclosure enclosure) throws IOException {
    Path real;
    try {
      real = enclosure.follow(file);
    } catch (NoSuchFileException e) {
      return new IndexFile(IndexYaml.EMPTY, "");
    }
    // Also keeps a FIFO from being waited on.
    if (!Files.isRegularFile(real)) {
      return ignored(file, "not a regular file");
    }
    try (InputStream in = Files.newInputStream(real)) {
      return new IndexFile(IndexYaml.parse(in.readNBytes(IndexYaml.MAX_BYTES + 1)), "");
    } catch (FlintException e) {
      return ignored(file, String.valueOf(e.getMessage()));
    }
  }

  private static IndexFile ignored(Path file, String why) {
    return new IndexFile(IndexYaml.EMPTY, "ignoring " + file + ": " + why);
  }
}
