package dev.flint.registry;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.oci.store.SingleDoorInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The body of an answer to a range request: exactly the bytes asked for, or a failure. */
final class RangeStream extends SingleDoorInputStream {
  private final String action;
  private long left;

  /**
   * Wraps a body.
   *
   * @param action what is tried, for errors
   */
  RangeStream(InputStream in, long length, String action) {
    super(in);
    this.left = length;
    this.action = action;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = in.read(buffer, offset, length);
    if (n < 0 && left > 0) {
      throw new LostConnectionException(
          "cannot " + action + ": the answer ended " + left + " bytes early");
    }
    left -= Math.max(n, 0);
    if (left < 0) {
      throw new FlintException(
          ErrorCode.PROTOCOL, "cannot " + action + ": the registry sends more than that");
    }
    return n;
  }
}
