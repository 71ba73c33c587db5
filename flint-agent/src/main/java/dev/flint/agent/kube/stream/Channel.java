package dev.flint.agent.kube.stream;

/**
 * The first byte of a message of {@code v4.channel.k8s.io} and {@code v5.channel.k8s.io} says what
 * it is of (Kubernetes, apimachinery, util/remotecommand).
 */
final class Channel {
  static final int STDIN = 0;
  static final int STDOUT = 1;
  static final int STDERR = 2;

  /** How it ended, a v1 Status. */
  static final int STATUS = 3;

  /** The size of the terminal. */
  static final int RESIZE = 4;

  /** The client closes the channel that the second byte says; since v5. */
  static final int CLOSE = 255;

  private Channel() {}
}
