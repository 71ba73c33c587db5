package dev.flint.agent.kube.testing;

/** What goes wrong with a request. */
public sealed interface Fault {
  /**
   * It is answered so, and not carried out.
   *
   * @param retryAfterSeconds in the header and in the Status object; 0 for none
   */
  record Status(int code, int retryAfterSeconds) implements Fault {}

  /** It is not carried out, and the connection is closed without a word. */
  record Drop() implements Fault {}

  /** It is carried out, and the connection is closed without a word. */
  record DropAnswer() implements Fault {}

  /** Nothing is answered until {@link Faults#letGo}; then the connection is closed. */
  record Hang() implements Fault {}

  /** It is not carried out, and answered with this, whatever it is, as well done. */
  record Says(String body) implements Fault {}

  /** It is carried out, and the connection is closed in the middle of the answer. */
  record CutAnswer() implements Fault {}

  /** The server is not as far as the client says, as after it was restored from a backup. */
  record TooLargeVersion() implements Fault {}
}
