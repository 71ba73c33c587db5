package dev.flint.oci.error;

/**
 * A connection that could not be made, or that ended before its time. Callers may try again, and go
 * on where it ended. A server's refusal is none, nor is a certificate that nobody vouches for.
 */
public class LostConnectionException extends FlintException {
  private static final long serialVersionUID = 1L;

  /** A loss that nothing else caused, such as an answer that ended early. */
  public LostConnectionException(String message) {
    super(ErrorCode.NETWORK, message, "try again");
  }

  /** A loss, with something to do about it. */
  public LostConnectionException(String message, String remedy, Throwable cause) {
    super(ErrorCode.NETWORK, message, remedy, cause);
  }
}
