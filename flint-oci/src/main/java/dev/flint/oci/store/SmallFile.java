package dev.flint.oci.store;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file of a layout that is read as a whole.
 *
 * @param what names it in errors
 */
record SmallFile(Path file, String what) {
  /** The most that is read, in bytes. */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  /**
   * Reads it.
   *
   * @throws FlintException PROTOCOL if it is missing, POLICY if it is too long or no plain file
   */
  byte[] read() throws IOException {
    // Opening a FIFO would wait forever.
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FlintException(ErrorCode.POLICY, what + " is not a plain file");
    }
    try (InputStream in = Pieces.open(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new FlintException(
            ErrorCode.POLICY, what + " is longer than " + MAX_BYTES + " bytes");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new FlintException(ErrorCode.PROTOCOL, what + " is missing", e);
    }
  }
}
