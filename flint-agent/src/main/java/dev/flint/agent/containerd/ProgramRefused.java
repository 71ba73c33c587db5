package dev.flint.agent.containerd;

import dev.flint.agent.backend.Exit;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;

/** A program that a container has not, or that is none. */
public final class ProgramRefused extends FlintException {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  ProgramRefused(Exit exit, IOException cause) {
    super(ErrorCode.NOT_FOUND, exit.message(), cause);
    this.exitCode = exit.code();
  }

  /** What shells give for it: 127 if it is not there, 126 if it cannot be executed. */
  public int exitCode() {
    return exitCode;
  }
}
