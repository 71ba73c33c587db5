package dev.flint.cli.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.progress.ProgressEvent.Advanced;
import dev.flint.oci.progress.ProgressEvent.Finished;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressEvent.Started;
import dev.flint.oci.progress.ProgressListener;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProgressViewTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(out, true, UTF_8);
  private long millis;

  private ProgressListener view(ProgressMode mode) {
    Console console = new Console(stream, stream, true, 60);
    return ProgressView.of(console, mode, () -> millis * 1_000_000);
  }

  private String written() {
    String text = out.toString(UTF_8);
    out.reset();
    return text;
  }

  /** What a terminal shows of a text that uses a few of its controls. */
  private static List<String> screen(String text) {
    List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
    int row = 0;
    int column = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        row++;
        column = 0;
        if (row == lines.size()) {
          lines.add(new StringBuilder());
        }
      } else if (c == '\r') {
        column = 0;
      } else if (c == '\u001b') {
        int end = i + 2;
        while (Character.isDigit(text.charAt(end))) {
          end++;
        }
        switch (text.charAt(end)) {
          case 'A' -> row -= Integer.parseInt(text.substring(i + 2, end));
          case 'K' -> lines.get(row).setLength(column);
          case 'J' -> {
            lines.get(row).setLength(column);
            lines.subList(row + 1, lines.size()).clear();
          }
          default -> throw new AssertionError("unknown control: " + text.substring(i + 1, end + 1));
        }
        i = end;
      } else {
        lines.get(row).setLength(column);
        lines.get(row).append(c);
        column++;
      }
    }
    return lines.stream().map(StringBuilder::toString).toList();
  }

  @Test
  void showsALineForEachItemUnderWay() {
    ProgressListener view = view(ProgressMode.tty);
    view.on(new Started("one", 4 << 20));
    view.on(new Started("two", 2 << 20));
    view.on(new Started("three", 1 << 20));
    view.on(new Advanced("one", 1 << 20));
    String text = written();
    assertEquals("", text, "what is over soon needs no bar");

    millis = 2000;
    view.on(new Advanced("one", 1 << 20));
    text += written();
    assertEquals(
        List.of(
            "one  50%  2.0 MiB of 4.0 MiB  1.0 MiB/s  2.0 s left",
            "two  0%  0 B of 2.0 MiB  0 B/s", "three  0%  0 B of 1.0 MiB  0 B/s"),
        screen(text));

    view.on(new Finished("two", Outcome.DONE));
    view.on(new Finished("three", Outcome.MOUNTED));
    text += written();
    assertEquals(
        List.of(
            "two  0 B in 2.0 s",
            "three  taken over within the registry",
            "one  50%  2.0 MiB of 4.0 MiB  1.0 MiB/s  2.0 s left"),
        screen(text));

    millis = 4000;
    view.on(new Advanced("one", 2 << 20));
    view.on(new Finished("one", Outcome.DONE));
    text += written();
    assertEquals(
        List.of(
            "two  0 B in 2.0 s",
            "three  taken over within the registry",
            "one  4.0 MiB in 4.0 s",
            ""),
        screen(text));
  }

  @Test
  void aFailedItemLeavesNothing() {
    ProgressListener view = view(ProgressMode.tty);
    view.on(new Started("one", -1));
    millis = 1500;
    view.on(new Advanced("one", 1000));
    view.on(new Finished("one", Outcome.FAILED));
    assertEquals(List.of(""), screen(written()));
  }

  @Test
  void elsewhereItWritesWholeLinesAlone() {
    ProgressListener view = view(ProgressMode.plain);
    view.on(new Started("one", 100));
    view.on(new Started("two", 100));
    view.on(new Advanced("one", 50));
    millis = 10_000;
    view.on(new Advanced("one", 25));
    view.on(new Advanced("two", 100));
    view.on(new Finished("two", Outcome.PRESENT));
    view.on(new Finished("one", Outcome.FAILED));
    assertEquals(
        """
        one  75%  75 B of 100 B  7 B/s  3.6 s left
        two  100%  100 B of 100 B  10 B/s
        two  already there
        """,
        written());
  }
}
