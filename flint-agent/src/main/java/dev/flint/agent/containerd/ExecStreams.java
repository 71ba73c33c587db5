package dev.flint.agent.containerd;

/**
 * Where the streams of an exec lead to: paths of FIFOs that are there, or empty for nowhere.
 * Whoever made them copies the bytes; the agent need not be on their way.
 *
 * @param stderr empty with a terminal, which has no stderr of its own
 */
public record ExecStreams(String stdin, String stdout, String stderr, boolean terminal) {
  /** Nobody listens, for example to a probe. */
  public static final ExecStreams NONE = new ExecStreams("", "", "", false);
}
