package dev.flint.oci.store;

import dev.flint.oci.Digest;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * Passes bytes through and fails as soon as there are more than announced, and at the end if there
 * are fewer or if they are not what the digest says. A reader that stops early has verified
 * nothing. Confined to one thread.
 */
public final class VerifyingInputStream extends SingleDoorInputStream {
  private final Digest expected;
  private final long size;
  private final String what;
  private final MessageDigest hasher;
  private long count;
  private boolean ended;

  /**
   * Wraps a stream, which is closed with this one.
   *
   * @param size the announced number of bytes
   * @param what names the content in errors, for example {@code blob}
   * @throws FlintException UNSUPPORTED if the digest's algorithm cannot be checked
   */
  public VerifyingInputStream(InputStream in, Digest expected, long size, String what)
      throws FlintException {
    super(in);
    this.expected = expected;
    this.size = size;
    this.what = what;
    this.hasher = expected.hasher();
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = in.read(buffer, offset, length);
    if (n > 0) {
      count += n;
      if (count > size) {
        throw new IntegrityException(
            what + " " + expected + " is longer than the " + size + " bytes announced");
      }
      hasher.update(buffer, offset, n);
    } else if (n < 0 && !ended) {
      if (count != size) {
        throw new IntegrityException(
            what + " " + expected + " is " + count + " bytes long, announced were " + size);
      }
      Digest actual = expected.finish(hasher.digest());
      if (!actual.equals(expected)) {
        throw new IntegrityException(
            what + " " + expected + " is damaged: its bytes have the digest " + actual);
      }
      ended = true;
    }
    return n;
  }
}
