package dev.flint.registry;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;

/** A registry took a chunk, but says that it has another number of bytes than were sent. */
final class OutOfStepException extends FlintException {
  private static final long serialVersionUID = 1L;

  OutOfStepException(String message) {
    super(ErrorCode.PROTOCOL, message);
  }
}
