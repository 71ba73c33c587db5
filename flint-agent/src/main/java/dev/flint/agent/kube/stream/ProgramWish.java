package dev.flint.agent.kube.stream;

import dev.flint.agent.containerd.ExecStreams;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.List;
import java.util.Map;

/**
 * What somebody wants to run, or to see of what runs, in the words of a kubelet and, as not only
 * API servers ask, of an API server (core/v1 PodExecOptions).
 *
 * @param command program and arguments; empty for what runs already
 * @param terminal whether it has one; then there is no standard error
 */
public record ProgramWish(
    List<String> command, boolean stdin, boolean stdout, boolean stderr, boolean terminal) {

  /** Copies the list. */
  public ProgramWish {
    command = List.copyOf(command);
  }

  /**
   * Reads one.
   *
   * @throws FlintException USAGE if it has no stream
   */
  public static ProgramWish of(Map<String, List<String>> query) throws FlintException {
    boolean terminal = flag(query, "tty", "tty");
    ProgramWish wish =
        new ProgramWish(
            query.getOrDefault("command", List.of()),
            hasInput(query),
            flag(query, "output", "stdout"),
            !terminal && flag(query, "error", "stderr"),
            terminal);
    if (!wish.stdin && !wish.stdout && !wish.stderr) {
      throw new FlintException(
          ErrorCode.USAGE, "at least one of stdin, stdout and stderr must be asked for");
    }
    return wish;
  }

  /** Whether something is to be said to it, whatever else is asked for. */
  public static boolean hasInput(Map<String, List<String>> query) {
    return flag(query, "input", "stdin");
  }

  private static boolean flag(Map<String, List<String>> query, String name, String other) {
    for (String key : List.of(name, other)) {
      List<String> values = query.getOrDefault(key, List.of());
      String value = values.isEmpty() ? "" : values.get(values.size() - 1);
      if (value.equals("1") || value.equalsIgnoreCase("true")) {
        return true;
      }
    }
    return false;
  }

  /** Those of some streams that are wanted. */
  ExecStreams of(ExecStreams all) {
    return new ExecStreams(
        stdin ? all.stdin() : "", stdout ? all.stdout() : "", stderr ? all.stderr() : "", terminal);
  }
}
