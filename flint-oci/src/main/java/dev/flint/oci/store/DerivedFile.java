package dev.flint.oci.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * A file of Flint's own in a layout, of nothing but what can be had from its blobs again: so it may
 * be deleted at any time, and is not flushed to the device.
 */
public final class DerivedFile {
  private final Path file;
  private final IngestArea area;

  DerivedFile(Path file, IngestArea area) {
    this.file = file;
    this.area = area;
  }

  /** What somebody wrote, at most 4 MiB; empty if there is nothing that can be read. */
  public Optional<byte[]> read() {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new SmallFile(file, file.toString()).read());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Replaces it as a whole; the last writer wins.
   *
   * @return false if it cannot be written, which harms nobody
   */
  public boolean write(byte[] bytes) {
    if (bytes.length > SmallFile.MAX_BYTES) {
      return false;
    }
    try {
      Path temporary = area.newFile();
      Files.write(temporary, bytes);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException e) {
      // What was written so far goes with the area.
      return false;
    }
  }
}
