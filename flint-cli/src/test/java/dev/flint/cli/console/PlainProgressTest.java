package dev.flint.cli.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.flint.oci.progress.ProgressEvent.Advanced;
import dev.flint.oci.progress.ProgressEvent.Finished;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressEvent.Reused;
import dev.flint.oci.progress.ProgressEvent.Started;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.progress.Reuse;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PlainProgressTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(out, true, UTF_8);
  private long millis;

  private ProgressListener view(boolean terminal, ProgressMode mode, Map<String, String> env) {
    Console console = new Console(stream, stream, terminal, 60);
    return ProgressView.of(console, mode, env, () -> millis * 1_000_000);
  }

  @Test
  void aLineNowAndThenAndOneAtTheEnd() {
    ProgressListener view = view(true, ProgressMode.plain, Map.of());
    view.on(new Started("one", 100));
    for (int i = 0; i < 24; i++) {
      millis += 1000;
      view.on(new Advanced("one", 2));
    }
    view.on(new Finished("one", Outcome.DONE));
    assertEquals(
        """
        one  20%  20 B of 100 B  2 B/s  40 s left
        one  40%  40 B of 100 B  2 B/s  30 s left
        one  48 B in 24 s
        """,
        out.toString(UTF_8));
  }

  @Test
  void ofSeveralItemsItTellsAllTogether() {
    ProgressListener view = view(true, ProgressMode.plain, Map.of());
    view.on(new Started("one", 100));
    view.on(new Started("two", 100));
    view.on(new Started("three", 100));
    view.on(new Advanced("one", 50));
    millis = 10_000;
    view.on(new Advanced("two", 100));
    view.on(new Finished("three", Outcome.PRESENT));
    view.on(new Finished("two", Outcome.DONE));
    view.on(new Reused("one", new Reuse(30, 3, 4)));
    view.on(new Advanced("one", 20));
    view.on(new Finished("one", Outcome.DONE));
    List<String> lines = out.toString(UTF_8).lines().toList();
    assertEquals(5, lines.size(), out.toString(UTF_8));
    assertEquals("total  50%  150 B of 300 B", lines.get(0).substring(0, 26));
    assertEquals("three  already there", lines.get(1));
    assertEquals("two  100 B in 10 s", lines.get(2));
    assertEquals("one  100 B in 10 s, 3 of 4 chunks already here", lines.get(3));
    assertEquals("total  200 B in 10 s  3 items", lines.get(4));
  }

  @Test
  void linesAreDrawnOnlyWherePeopleLook() {
    assertInstanceOf(TerminalProgress.class, view(true, ProgressMode.auto, Map.of()));
    assertInstanceOf(TerminalProgress.class, view(true, ProgressMode.auto, Map.of("CI", "false")));
    assertInstanceOf(PlainProgress.class, view(true, ProgressMode.auto, Map.of("CI", "true")));
    assertInstanceOf(PlainProgress.class, view(true, ProgressMode.auto, Map.of("CI", "1")));
    assertInstanceOf(PlainProgress.class, view(false, ProgressMode.auto, Map.of()));
    assertInstanceOf(TerminalProgress.class, view(false, ProgressMode.tty, Map.of("CI", "true")));
    assertSame(ProgressListener.NONE, view(true, ProgressMode.none, Map.of()));
  }
}
