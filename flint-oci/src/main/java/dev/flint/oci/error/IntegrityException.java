package dev.flint.oci.error;

import java.io.EOFException;
import java.util.Objects;

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

  /** What a decoder could not read, and why. Many say nothing where the bytes end too soon. */
  public static IntegrityException damaged(String what, Exception complaint) {
    String why =
        complaint instanceof EOFException
            ? "it ends too soon"
            : Objects.requireNonNullElse(complaint.getMessage(), complaint.toString());
    return new IntegrityException(what + " is damaged: " + why.replaceFirst("\\.$", ""));
  }
}
