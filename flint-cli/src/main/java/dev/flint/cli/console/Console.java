package dev.flint.cli.console;

import dev.flint.oci.error.Printable;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The two streams of a command: results go out, everything else goes aside. Thread-safe.
 *
 * @param out results only, so that {@code $(flint ...)} works
 * @param err notes, progress, errors
 * @param terminal whether {@code err} is one
 * @param columns its width
 * @param outTerminal whether {@code out} is one, which must not get just any bytes
 */
public record Console(
    PrintStream out, PrintStream err, boolean terminal, int columns, boolean outTerminal) {
  private static final int USUAL_COLUMNS = 80;

  /** Whose results go into a file or to a program. */
  public Console(PrintStream out, PrintStream err, boolean terminal, int columns) {
    this(out, err, terminal, columns, false);
  }

  /** The streams of the process; what they are, the launcher knows. */
  public static Console ofProcess() {
    boolean terminal = Boolean.getBoolean("flint.tty") && !"dumb".equals(System.getenv("TERM"));
    return new Console(
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        terminal,
        Integer.getInteger("flint.columns", USUAL_COLUMNS),
        Boolean.getBoolean("flint.out.tty"));
  }

  /** One line of the result. */
  public void result(String line) {
    out.println(line);
  }

  /** Lines of the result, each with its end. */
  public void results(String lines) {
    out.print(lines);
    out.flush();
  }

  /** One line beside the result; what came from outside must be {@link Printable} already. */
  public void note(String line) {
    err.println(line);
  }
}
