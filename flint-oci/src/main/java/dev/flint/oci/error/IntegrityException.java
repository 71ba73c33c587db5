package dev.flint.oci.error;

/** Bytes that are not what their digest or size says. Callers may drop the bytes and try again. */
public final class IntegrityException extends FlintException {
  private static final long serialVersionUID = 1L;

  /** A mismatch; the message names the thing, the expected and the actual value. */
  public IntegrityException(String message) {
    super(ErrorCode.INTEGRITY, message);
  }

  /** A mismatch with something to do about it. */
  public IntegrityException(String message, String remedy) {
    super(ErrorCode.INTEGRITY, message, remedy);
  }
}
