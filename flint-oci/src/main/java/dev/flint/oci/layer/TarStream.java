package dev.flint.oci.layer;

import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.store.SingleDoorInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * The uncompressed tar of a layer on its way to the tar reader: capped, and hashed to its very end,
 * because a tar reader stops at the end blocks and must not decide what is checked. Confined to one
 * thread.
 */
public final class TarStream extends SingleDoorInputStream {
  private static final int BLOCK = 512;

  /**
   * A tar reader keeps long names and PAX records in memory; without a limit any layer fills it.
   */
  private static final int MAX_HEADERS = 1 << 20;

  private final MessageDigest hasher;
  private final Digest expected;
  private final long maxBytes;
  private long count;
  private boolean inHeaders;
  private long headersStart;
  private long headersLimit;
  private boolean onlyZeros;

  /**
   * Wraps a decompressed layer.
   *
   * @param diffId the digest the tar must have
   * @param maxBytes the most that is let through
   * @throws FlintException UNSUPPORTED if the digest's algorithm cannot be checked
   */
  public TarStream(InputStream in, Digest diffId, long maxBytes) throws FlintException {
    super(in);
    this.hasher = diffId.hasher();
    this.expected = diffId;
    this.maxBytes = maxBytes;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = in.read(buffer, offset, length);
    if (n > 0) {
      count += n;
      checkSize(count, maxBytes);
      hasher.update(buffer, offset, n);
      if (inHeaders) {
        checkHeaders(buffer, offset, n);
      }
    }
    return n;
  }

  static void checkSize(long bytes, long maxBytes) throws FlintException {
    if (bytes > maxBytes) {
      throw new FlintException(
          ErrorCode.POLICY,
          "the layer unpacks to more than the limit of " + maxBytes + " bytes",
          "if you trust the image, raise the limit with --max-size");
    }
  }

  /** What follows, up to {@link #beginData}, are headers or the end of the archive. */
  public void beginHeaders() {
    inHeaders = true;
    // What pads the data before to whole blocks is nobody's.
    headersStart = (count + BLOCK - 1) / BLOCK * BLOCK;
    headersLimit = headersStart + MAX_HEADERS;
    onlyZeros = true;
  }

  /** What follows is the content of a file. */
  public void beginData() {
    inHeaders = false;
  }

  private void checkHeaders(byte[] buffer, int offset, int n) throws FlintException {
    if (count > headersLimit) {
      throw new FlintException(
          ErrorCode.POLICY, "the layer has headers of more than " + MAX_HEADERS + " bytes");
    }
    int padding = (int) Math.max(0, Math.min(n, headersStart - (count - n)));
    for (int i = offset + padding; i < offset + n; i++) {
      onlyZeros &= buffer[i] == 0;
    }
  }

  /** Reads to the end and checks that it was a whole tar with the right diff_id. */
  public void finish() throws IOException {
    headersLimit = Long.MAX_VALUE;
    skip(Long.MAX_VALUE);
    if (!onlyZeros) {
      throw new IntegrityException("the layer's tar goes on after its end blocks");
    }
    if (count < headersStart + 2 * BLOCK || count % BLOCK != 0) {
      throw new IntegrityException("the layer's tar is cut off: its end blocks are missing");
    }
    Digest actual = expected.finish(hasher.digest());
    if (!actual.equals(expected)) {
      throw new IntegrityException(
          "the layer unpacks to " + actual + ", but the image config says " + expected);
    }
  }
}
