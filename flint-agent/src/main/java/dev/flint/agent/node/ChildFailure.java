package dev.flint.agent.node;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;

/** What a child process failed with. */
final class ChildFailure extends FlintException {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final long missingBytes;

  /**
   * A failure.
   *
   * @param reason in the words that pods have for it, or empty
   * @param missingBytes that should be free, 0 if nobody knows how many; negative if it failed for
   *     something else
   */
  ChildFailure(ErrorCode code, String message, String reason, long missingBytes) {
    super(code, message);
    this.reason = reason;
    this.missingBytes = missingBytes;
  }

  String reason() {
    return reason;
  }

  long missingBytes() {
    return missingBytes;
  }
}
