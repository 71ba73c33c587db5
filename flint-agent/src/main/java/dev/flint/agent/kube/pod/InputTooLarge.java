package dev.flint.agent.kube.pod;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;

/** For an input there is no room beside the others. */
final class InputTooLarge extends FlintException {
  private static final long serialVersionUID = 1L;

  /**
   * For a reason.
   *
   * @param why without anything of its content
   */
  InputTooLarge(String why) {
    super(ErrorCode.POLICY, "it is too large: " + why);
  }
}
