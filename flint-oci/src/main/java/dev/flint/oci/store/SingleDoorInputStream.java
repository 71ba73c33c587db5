package dev.flint.oci.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A filter all of whose bytes pass one method, {@link #read(byte[], int, int)}, whichever way they
 * are asked for; a subclass that looks at them there misses none. Confined to one thread.
 */
public abstract class SingleDoorInputStream extends FilterInputStream {
  private static final int SCRATCH = 64 * 1024;

  /** Wraps a stream, which is closed with this one. */
  protected SingleDoorInputStream(InputStream in) {
    super(in);
  }

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    int n = read(one, 0, 1);
    return n < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public abstract int read(byte[] buffer, int offset, int length) throws IOException;

  @Override
  public final long skip(long n) throws IOException {
    byte[] scratch = new byte[SCRATCH];
    long left = n;
    while (left > 0) {
      int read = read(scratch, 0, (int) Math.min(scratch.length, left));
      if (read < 0) {
        break;
      }
      left -= read;
    }
    return n - left;
  }

  @Override
  public final boolean markSupported() {
    return false;
  }
}
