package dev.flint.oci.transfer;

import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.Set;

/**
 * A target refuses a manifest because it has not got blobs that it said it had. They may be sent
 * once more.
 */
public final class MissingBlobException extends FlintException {
  private static final long serialVersionUID = 1L;

  private final transient Set<Digest> blobs;

  /** The target's refusal, and the blobs it names. */
  public MissingBlobException(Set<Digest> blobs, FlintException refusal) {
    super(ErrorCode.PROTOCOL, String.valueOf(refusal.getMessage()), refusal.remedy(), refusal);
    this.blobs = Set.copyOf(blobs);
  }

  /** What is missing; not all of it need be of the manifest. */
  public Set<Digest> blobs() {
    return blobs;
  }
}
