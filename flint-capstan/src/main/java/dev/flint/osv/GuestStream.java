package dev.flint.osv;

import dev.flint.oci.disk.GuestBytes;
import java.io.IOException;
import java.io.InputStream;

/** A stretch of a guest's disk as a stream. */
final class GuestStream extends InputStream {
  private final GuestBytes disk;
  private final byte[] piece = new byte[1 << 13];
  private long offset;
  private long rest;
  private int at;
  private int length;

  GuestStream(GuestBytes disk, long offset, long length) {
    this.disk = disk;
    this.offset = offset;
    this.rest = length;
  }

  @Override
  public int read() throws IOException {
    return fill() ? piece[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int start, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int taken = Math.min(count, length - at);
    System.arraycopy(piece, at, into, start, taken);
    at += taken;
    return taken;
  }

  /** Whether there is a byte at {@code at}. */
  private boolean fill() throws IOException {
    if (at == length && rest > 0) {
      int wanted = (int) Math.min(piece.length, rest);
      at = 0;
      length = Math.min(wanted, disk.read(offset, piece));
      if (length < wanted) {
        throw RofsTables.damaged("the disk ends within a file");
      }
      offset += length;
      rest -= length;
    }
    return at < length;
  }
}
