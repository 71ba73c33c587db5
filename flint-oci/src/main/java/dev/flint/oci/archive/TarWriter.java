package dev.flint.oci.archive;

import dev.flint.oci.layer.TarBlocks;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.LongConsumer;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A tar of plain files that depends on nothing but their names and bytes. Without {@link #finish}
 * it has no end, so that nobody takes a broken one for whole. Confined to one thread.
 */
final class TarWriter {
  private static final int BUFFER = 128 * 1024;

  private final TarArchiveOutputStream tar;

  /** Writes to a stream, which stays open. */
  TarWriter(OutputStream out) {
    tar = new TarArchiveOutputStream(out, "UTF-8");
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
    // A blob named by a SHA-512 has a name that is too long for the header.
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
  }

  void file(String name, byte[] bytes) throws IOException {
    file(name, bytes.length, new ByteArrayInputStream(bytes), n -> {});
  }

  /**
   * Writes a file.
   *
   * @param content exactly {@code size} bytes, or fails
   * @param meter is told the bytes as they go
   */
  void file(String name, long size, InputStream content, LongConsumer meter) throws IOException {
    tar.putArchiveEntry(TarBlocks.file(name, size));
    byte[] buffer = new byte[BUFFER];
    for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
      tar.write(buffer, 0, n);
      meter.accept(n);
    }
    tar.closeArchiveEntry();
  }

  /** Ends the archive. */
  void finish() throws IOException {
    tar.finish();
    tar.flush();
  }
}
