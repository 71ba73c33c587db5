package dev.flint.oci.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A part of an open file, read by position, so that several may be read at once. Closing it leaves
 * the file open. Confined to one thread.
 */
final class FilePart extends InputStream {
  private final FileChannel file;
  private final long end;
  private long position;

  /** From the byte at {@code from}; it ends early if the file does. */
  FilePart(FileChannel file, long from, long length) {
    this.file = file;
    this.position = from;
    this.end = from + length;
  }

  /** Where the next byte is in the file. */
  long position() {
    return position;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int wanted = (int) Math.min(length, end - position);
    int n = wanted == 0 ? -1 : file.read(ByteBuffer.wrap(buffer, offset, wanted), position);
    position += Math.max(n, 0);
    return n;
  }

  @Override
  public long skip(long n) {
    long skipped = Math.max(0, Math.min(n, end - position));
    position += skipped;
    return skipped;
  }
}
