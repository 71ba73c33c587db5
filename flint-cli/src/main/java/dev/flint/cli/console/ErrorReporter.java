package dev.flint.cli.console;

import dev.flint.oci.error.Failures;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.Printable;
import dev.flint.oci.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

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
    console.live(List.of());
    if (!console.event("error", event -> event(event, known, failure, debug))) {
      console.note("flint: " + Printable.of(FlintException.line(known)));
      if (debug) {
        failure.printStackTrace(new PrintableTrace(console.err()));
      }
    }
    return known.code().exitCode();
  }

  private static JsonObject event(
      JsonObject event, FlintException known, Throwable failure, boolean debug) {
    JsonObject error =
        event
            .with("code", known.code().name())
            .with("exitCode", known.code().exitCode())
            .with("message", String.valueOf(known.getMessage()));
    JsonObject remedied = known.remedy().isEmpty() ? error : error.with("remedy", known.remedy());
    return debug ? remedied.with("trace", trace(failure)) : remedied;
  }

  private static String trace(Throwable failure) {
    ByteArrayOutputStream trace = new ByteArrayOutputStream();
    failure.printStackTrace(new PrintStream(trace, true, StandardCharsets.UTF_8));
    return trace.toString(StandardCharsets.UTF_8);
  }
}
