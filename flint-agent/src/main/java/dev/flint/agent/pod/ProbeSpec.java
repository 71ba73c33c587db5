package dev.flint.agent.pod;

import java.util.List;
import java.util.Map;

/**
 * How to find out whether a container is well.
 *
 * @param initialDelay seconds from the container's start to the first try
 * @param timeout seconds for one try
 * @param period seconds from one try to the next
 * @param successes so many in a row make it good
 * @param failures so many in a row make it bad
 * @param grace seconds to end after this probe failed; -1 for the pod's
 */
public record ProbeSpec(
    Handler handler,
    int initialDelay,
    int timeout,
    int period,
    int successes,
    int failures,
    int grace) {
  /** What the result is for. */
  public enum Kind {
    /** Until it succeeds the others wait; if it fails the container is restarted. */
    STARTUP("Startup"),
    /** If it fails the container is restarted. */
    LIVENESS("Liveness"),
    /** While it fails the pod is not ready. */
    READINESS("Readiness");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** What is said when one has failed, in the words of a kubelet. */
    public String failed(String problem) {
      return word + " probe failed: " + problem;
    }
  }

  /** What is tried. */
  public sealed interface Handler {}

  /**
   * GET by HTTP/1.1; good is a status from 200 to 399.
   *
   * @param host to connect to; empty for the container
   */
  public record Http(String host, int port, String path, Map<String, String> headers)
      implements Handler {}

  /**
   * A connection.
   *
   * @param host to connect to; empty for the container
   * @param send what to say first, empty for nothing
   */
  public record Tcp(String host, int port, String send) implements Handler {}

  /** A program in the container; good is exit code 0. */
  public record Exec(List<String> command) implements Handler {
    /** Copies the list. */
    public Exec {
      command = List.copyOf(command);
    }
  }
}
