package dev.flint.registry;

import dev.flint.oci.Descriptor;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.oci.store.SingleDoorInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What comes from a mirror. Whatever goes wrong looks like a lost connection, so that who reads it
 * goes on elsewhere; wrong bytes are found before the last of them are passed on. Confined to one
 * thread.
 */
final class MirrorStream extends SingleDoorInputStream {
  private final @Nullable Descriptor whole;
  private final @Nullable MessageDigest hasher;
  private final Consumer<IOException> failures;
  private long count;

  private MirrorStream(
      InputStream in,
      @Nullable Descriptor whole,
      @Nullable MessageDigest hasher,
      Consumer<IOException> failures) {
    super(in);
    this.whole = whole;
    this.hasher = hasher;
    this.failures = failures;
  }

  /** A whole blob. */
  static MirrorStream whole(InputStream in, Descriptor blob, Consumer<IOException> failures)
      throws FlintException {
    return new MirrorStream(in, blob, blob.digest().hasher(), failures);
  }

  /** A part of a blob, which can only be checked together with the others. */
  static InputStream part(InputStream in, Consumer<IOException> failures) {
    return new MirrorStream(in, null, null, failures);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      int n = in.read(buffer, offset, length);
      if (whole != null && hasher != null) {
        check(whole, hasher, buffer, offset, n);
      }
      return n;
    } catch (IOException e) {
      failures.accept(e);
      throw new LostConnectionException(String.valueOf(e.getMessage()), "try again", e);
    }
  }

  private void check(Descriptor blob, MessageDigest hash, byte[] buffer, int offset, int n)
      throws IntegrityException {
    if (n < 0) {
      if (count < blob.size()) {
        throw new IntegrityException("blob " + blob.digest() + " ended early");
      }
      return;
    }
    hash.update(buffer, offset, n);
    count += n;
    if (count > blob.size()
        || (count == blob.size() && !blob.digest().finish(hash.digest()).equals(blob.digest()))) {
      throw new IntegrityException("blob " + blob.digest() + " is not what its digest says");
    }
  }
}
