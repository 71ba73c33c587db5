package dev.flint.agent.containerd;

import dev.flint.agent.backend.Exit;
import java.util.Optional;

/** What runc says of a program that it could not run. */
final class CannotRun {
  /** The number that shells give for a program that is not there. */
  private static final int NOT_FOUND = 127;

  /** For one that is no program. */
  private static final int NOT_EXECUTABLE = 126;

  private CannotRun() {}

  /** The end that a refusal amounts to; empty if it was not the program's fault. */
  static Optional<Exit> exit(RpcException refusal) {
    return exit(String.valueOf(refusal.getMessage()));
  }

  /** The same, of the refusal's text. */
  static Optional<Exit> exit(String text) {
    // Its words: exec: "prog": executable file not found in $PATH
    int at = text.indexOf("exec: \"");
    if (at < 0) {
      return Optional.empty();
    }
    String reason = text.substring(at).replace(": unknown", "");
    boolean missing =
        reason.contains("executable file not found") || reason.contains("no such file");
    return Optional.of(
        new Exit(missing ? NOT_FOUND : NOT_EXECUTABLE, Exit.Reason.CANNOT_RUN, reason));
  }
}
