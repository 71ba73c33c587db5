package dev.flint.oci.archive;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.store.SingleDoorInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * An archive for a tar reader that is interested in its headers only: contents are passed over
 * without being read, and what is read between two contents is bounded, because a tar reader keeps
 * long names and PAX records in memory. Confined to one thread.
 */
final class HeaderStream extends SingleDoorInputStream {
  private static final int BLOCK = 512;
  private static final int MAX_HEADERS = 1 << 20;

  /** Of all entries: global headers add up in the tar reader's memory. */
  private static final int MAX_ALL_HEADERS = 32 << 20;

  private static final int BUFFER = 64 * 1024;

  private final FilePart file;
  private final long size;
  private final String what;
  private long contentEnd;
  private long read;
  private long readInAll;
  private boolean onlyZeros = true;

  HeaderStream(FileChannel archive, String what) throws IOException {
    this(new FilePart(archive, 0, archive.size()), archive.size(), what);
  }

  private HeaderStream(FilePart file, long size, String what) {
    super(file);
    this.file = file;
    this.size = size;
    this.what = what;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (file.position() < contentEnd) {
      // The tar reader reads what it skips, into a buffer that nobody looks at.
      long passed = file.skip(Math.min(length, contentEnd - file.position()));
      return passed > 0 ? (int) passed : -1;
    }
    int n = file.read(buffer, offset, length);
    read += Math.max(n, 0);
    readInAll += Math.max(n, 0);
    if (read > MAX_HEADERS || readInAll > MAX_ALL_HEADERS) {
      throw new FlintException(
          ErrorCode.POLICY,
          what
              + " has headers of more than "
              + (read > MAX_HEADERS ? MAX_HEADERS : MAX_ALL_HEADERS)
              + " bytes");
    }
    for (int i = offset; i < offset + n; i++) {
      onlyZeros &= buffer[i] == 0;
    }
    return n;
  }

  /**
   * What follows is the content of an entry, which is passed over.
   *
   * @return where it begins
   * @throws IntegrityException if the archive ends before it does
   */
  long beginData(long length) throws FlintException {
    long start = file.position();
    if (length > size - start) {
      throw new IntegrityException(what + " is cut off: it ends within a file");
    }
    // With what pads it to whole blocks, which is nobody's.
    contentEnd = (start + length + BLOCK - 1) / BLOCK * BLOCK;
    read = 0;
    onlyZeros = true;
    return start;
  }

  /** Checks that after the last content come the two blocks that end a tar, and only zeros. */
  void finish() throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int n = file.read(buffer, 0, BUFFER); n > 0; n = file.read(buffer, 0, BUFFER)) {
      for (int i = 0; i < n; i++) {
        onlyZeros &= buffer[i] == 0;
      }
    }
    if (!onlyZeros) {
      throw new IntegrityException(what + " goes on after its end blocks");
    }
    if (size < contentEnd + 2 * BLOCK) {
      throw new IntegrityException(what + " is cut off: its end blocks are missing");
    }
  }
}
