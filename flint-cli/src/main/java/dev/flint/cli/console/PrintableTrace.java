package dev.flint.cli.console;

import dev.flint.oci.error.Printable;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * A stack trace on its way to a terminal. Messages in it may be from outside; each is kept within
 * one line, as {@link Printable} makes it, so that it can neither steer the terminal nor pass for a
 * line of Flint's.
 */
final class PrintableTrace extends PrintStream {
  /** Prints to a stream, which stays open. */
  PrintableTrace(PrintStream out) {
    super(out, true, StandardCharsets.UTF_8);
  }

  /** What {@link Throwable#printStackTrace} prints a line of a trace with. */
  @Override
  public void println(Object line) {
    String text = String.valueOf(line);
    int tabs = 0;
    while (tabs < text.length() && text.charAt(tabs) == '\t') {
      tabs++;
    }
    println("\t".repeat(tabs) + Printable.of(text.substring(tabs)));
  }
}
