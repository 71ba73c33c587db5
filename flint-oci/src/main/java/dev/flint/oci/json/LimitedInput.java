package dev.flint.oci.json;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream of which only so many bytes are read between two begins. */
final class LimitedInput extends FilterInputStream {
  private final long limit;
  private final String what;
  private long left;

  LimitedInput(InputStream in, long limit, String what) {
    super(in);
    this.limit = limit;
    this.what = what;
    this.left = limit;
  }

  /** What was read so far does not count. */
  void begin() {
    left = limit;
  }

  @Override
  public int read() throws IOException {
    int one = super.read();
    count(one < 0 ? 0 : 1);
    return one;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    count(Math.max(0, read));
    return read;
  }

  private void count(int read) throws FlintException {
    left -= read;
    if (left < 0) {
      throw new FlintException(
          ErrorCode.POLICY, "refusing to read " + what + ": more than " + limit + " bytes");
    }
  }
}
