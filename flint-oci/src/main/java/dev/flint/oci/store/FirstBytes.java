package dev.flint.oci.store;

import java.io.IOException;
import java.io.InputStream;

/** The first bytes of a stream, as if it ended there. Closing it closes the stream. */
public final class FirstBytes extends SingleDoorInputStream {
  private long left;

  /** Wraps a stream that may have fewer than {@code count} bytes. */
  public FirstBytes(InputStream in, long count) {
    super(in);
    this.left = count;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = left == 0 ? -1 : in.read(buffer, offset, (int) Math.min(length, left));
    left -= Math.max(n, 0);
    return n;
  }
}
