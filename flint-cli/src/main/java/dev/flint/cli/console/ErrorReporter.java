package dev.flint.cli.console;

import dev.flint.oci.error.Failures;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.Printable;

/** Turns a failure into one line and an exit code. A stack trace is shown only when asked for. */
public final class ErrorReporter {
  private final Console console;

  /** Reports to a console. */
  public ErrorReporter(Console console) {
    this.console = console;
  }

  /** Prints the failure and returns the exit code. */
  public int report(Throwable failure, boolean debug) {
    FlintException known = Failures.known(failure);
    console.note("flint: " + Printable.of(FlintException.line(known)));
    if (debug) {
      failure.printStackTrace(new PrintableTrace(console.err()));
    }
    return known.code().exitCode();
  }
}
