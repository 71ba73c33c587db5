package dev.flint.oci.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/** The bytes of a file that another thread is writing. Confined to one thread. */
final class ReadAlong extends InputStream {
  private static final int MOST = 128 * 1024;

  private final FileChannel file;
  private final Growth growth;
  private long position;

  /** Reads from the start; closes the file. */
  ReadAlong(FileChannel file, Growth growth) {
    this.file = file;
    this.growth = growth;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    if (length == 0) {
      return 0;
    }
    long there = growth.beyond(position) - position;
    if (there == 0) {
      return -1;
    }
    int most = (int) Math.min(Math.min(length, MOST), there);
    int n = file.read(ByteBuffer.wrap(buffer, offset, most), position);
    if (n < 0) {
      throw new IOException("a blob became shorter while it was made");
    }
    position += n;
    return n;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
