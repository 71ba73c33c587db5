package dev.flint.oci.layer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * The pieces of a tar whose files are written beside it. Nothing in them depends on the machine.
 */
public final class TarBlocks {
  static final int BLOCK = 512;

  private TarBlocks() {}

  /** A plain file of which nothing but the name and the size, in bytes, is anybody's business. */
  public static TarArchiveEntry file(String name, long size) {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(size);
    entry.setModTime(0);
    entry.setMode(0644);
    entry.setIds(0, 0);
    entry.setNames("", "");
    return entry;
  }

  /** The one ustar header of a plain file. */
  static byte[] header(String name, long size) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(BLOCK);
    try {
      TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, BLOCK, "UTF-8");
      // A size of 8 GiB or more does not fit ustar's octal field; base-256 needs no second header.
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
      tar.putArchiveEntry(file(name, size));
      tar.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The number of zeros after a file, in bytes. */
  static int padding(long size) {
    return (int) (-size & (BLOCK - 1));
  }

  /** The zeros after the last file: its padding and the two blocks that end the archive. */
  static byte[] end(long lastSize) {
    return new byte[padding(lastSize) + 2 * BLOCK];
  }
}
