package dev.flint.cli.command;

/**
 * A command that ends with the exit code of what it ran. What Flint itself fails with is another
 * number then, as with Docker.
 */
public interface PassesExitCode {
  /** Flint's own failure, whatever it was. */
  int OWN_FAILURE = 125;
}
