package dev.flint.oci.layer;

import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * The uncompressed tar of a layer on its way to the tar reader: capped, and hashed to its very end,
 * because a tar reader stops at the end blocks and must not decide what is checked. Confined to one
 * thread.
 */
final class TarStream extends FilterInputStream {
  private static final int BLOCK = 512;

  private final MessageDigest hasher;
  private final Digest expected;
  private final long maxBytes;
  private long count;
  private long zerosAtEnd;

  TarStream(InputStream in, Digest diffId, long maxBytes) throws FlintException {
    super(in);
    this.hasher = diffId.hasher();
    this.expected = diffId;
    this.maxBytes = maxBytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int n = read(one, 0, 1);
    return n < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = in.read(buffer, offset, length);
    if (n > 0) {
      count += n;
      if (count > maxBytes) {
        throw new FlintException(
            ErrorCode.POLICY,
            "the layer unpacks to more than the limit of " + maxBytes + " bytes",
            "if you trust the image, raise the limit with --max-size");
      }
      hasher.update(buffer, offset, n);
      countZeros(buffer, offset, n);
    }
    return n;
  }

  private void countZeros(byte[] buffer, int offset, int n) {
    int zeros = 0;
    // Two end blocks are all that is asked for, so looking back further is never needed.
    while (zeros < n && zeros < 2 * BLOCK && buffer[offset + n - 1 - zeros] == 0) {
      zeros++;
    }
    zerosAtEnd = zeros == n ? zerosAtEnd + zeros : zeros;
  }

  @Override
  public long skip(long n) throws IOException {
    byte[] scratch = new byte[64 * 1024];
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
  public boolean markSupported() {
    return false;
  }

  /** Reads to the end and checks that it was a whole tar with the right diff_id. */
  void finish() throws IOException {
    skip(Long.MAX_VALUE);
    if (zerosAtEnd < 2 * BLOCK || count % BLOCK != 0) {
      throw new IntegrityException("the layer's tar is cut off: its end blocks are missing");
    }
    Digest actual = expected.finish(hasher.digest());
    if (!actual.equals(expected)) {
      throw new IntegrityException(
          "the layer unpacks to " + actual + ", but the image config says " + expected);
    }
  }
}
