package dev.flint.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ErrorReporterTest {
  /** Clears the screen, and would look like a good end. */
  private static final String EVIL = "\u001b[2J\u202egnp\nflint: all is well\n\tat home";

  private static String report(Throwable failure, boolean debug) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    int exit = new ErrorReporter(new Console(stream, stream, true, 80)).report(failure, debug);
    assertEquals(ErrorCode.PROTOCOL.exitCode(), exit);
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aFailureIsOneLine() {
    String printed = report(new FlintException(ErrorCode.PROTOCOL, "x " + EVIL, EVIL), false);
    assertEquals(1, printed.lines().count(), printed);
    assertFalse(printed.contains("\u001b"), printed);
  }

  /** C35, of what is shown to people who look closely. */
  @Test
  void aStackTraceShowsTextFromOutsideHarmlessly() {
    FlintException failure =
        new FlintException(ErrorCode.PROTOCOL, "x " + EVIL, new IOException("cause " + EVIL));
    failure.addSuppressed(new IOException("suppressed " + EVIL));
    String printed = report(failure, true);
    assertFalse(printed.contains("\u001b") || printed.contains("\u202e"), printed);
    List<String> lines = printed.lines().toList();
    assertFalse(lines.contains("flint: all is well"), printed);
    assertFalse(lines.contains("\tat home"), printed);
    for (String start : List.of("flint: x ", "Caused by: ", "\tSuppressed: ", "\tat dev.flint.")) {
      assertTrue(lines.stream().anyMatch(line -> line.startsWith(start)), start + " of " + printed);
    }
  }
}
