package dev.flint.agent.image;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;

/** An image may not run on this device. */
public final class NotAdmittedException extends FlintException {
  private static final long serialVersionUID = 1L;

  NotAdmittedException(Reference reference, String why) {
    super(ErrorCode.POLICY, "image " + reference + " is not admitted: " + why);
  }
}
