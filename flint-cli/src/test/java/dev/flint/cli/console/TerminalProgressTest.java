package dev.flint.cli.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.progress.ProgressEvent.Advanced;
import dev.flint.oci.progress.ProgressEvent.Expected;
import dev.flint.oci.progress.ProgressEvent.Finished;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressEvent.Reused;
import dev.flint.oci.progress.ProgressEvent.Started;
import dev.flint.oci.progress.Reuse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TerminalProgressTest {
  private static final int MIB = 1 << 20;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(out, true, UTF_8);
  private final Console console = new Console(stream, stream, true, 80, true);
  private long millis;
  private final TerminalProgress view =
      new TerminalProgress(console, () -> millis * 1_000_000, woken -> {});
  private final TestScreen screen = new TestScreen(80);

  private List<String> shown() {
    screen.write(out.toString(UTF_8));
    out.reset();
    return screen.rows();
  }

  private List<String> draw(int columns) {
    assertTrue(view.draw(new WindowSize(columns, 24)));
    return shown();
  }

  private void twoAreUnderWay() {
    view.on(new Expected("one", 4 * MIB));
    view.on(new Expected("two", 2 * MIB));
    view.on(new Started("one", 4 * MIB));
    view.on(new Started("two", 2 * MIB));
    for (int i = 0; i < 4; i++) {
      millis += 500;
      view.on(new Advanced("one", MIB / 2));
    }
  }

  @Test
  void whatIsOverSoonNeedsNoLine() {
    view.on(new Started("one", 4 * MIB));
    millis = 999;
    view.on(new Advanced("one", MIB));
    assertEquals(List.of(), draw(80));
    view.on(new Finished("one", Outcome.DONE));
    assertEquals(List.of("one  1.0 MiB in 1.0 s"), shown());
  }

  @Test
  void showsALineForEachItemAndOneForAll() {
    twoAreUnderWay();
    assertEquals(
        List.of(
            "one    [======>        ]   50%    2.0 MiB of   4.0 MiB    1.1 MiB/s",
            "two    [               ]    0%        0 B of   2.0 MiB        0 B/s",
            "total  [====>          ]   33%    2.0 MiB of   6.0 MiB    1.1 MiB/s  4 s left"),
        draw(80));
    assertTrue(screen.isCursorAt(0));

    view.on(new Finished("two", Outcome.MOUNTED));
    List<String> rows = draw(80);
    assertEquals("two  taken over within the registry", rows.get(0));
    assertTrue(rows.get(1).contains("50%") && rows.get(2).contains("50%"), rows.toString());

    millis += 2000;
    view.on(new Advanced("one", 2 * MIB));
    view.on(new Finished("one", Outcome.DONE));
    assertEquals(List.of("two  taken over within the registry", "one  4.0 MiB in 4.0 s"), shown());
    assertTrue(screen.isCursorAt(2));
    assertFalse(view.draw(new WindowSize(80, 24)));
  }

  @Test
  void tellsWhatAllTogetherTook() {
    twoAreUnderWay();
    view.on(new Advanced("two", 2 * MIB));
    view.on(new Finished("two", Outcome.DONE));
    view.on(new Advanced("one", 2 * MIB));
    view.on(new Finished("one", Outcome.DONE));
    assertEquals(
        List.of(
            "two  2.0 MiB in 2.0 s", "one  4.0 MiB in 2.0 s", "total  6.0 MiB in 2.0 s  2 items"),
        shown());
  }

  @Test
  void whatIsPrintedGoesAboveTheLines() {
    twoAreUnderWay();
    draw(80);
    console.note("flint: a note");
    List<String> rows = shown();
    assertEquals("flint: a note", rows.get(0));
    assertEquals(4, rows.size());
    console.result("result");
    rows = draw(80);
    assertEquals(List.of("flint: a note", "result"), rows.subList(0, 2));
    assertEquals(5, rows.size());
    assertTrue(screen.isCursorAt(2));
  }

  @ParameterizedTest
  @ValueSource(ints = {79, 60, 41, 40, 27, 9, 1})
  void aWindowThatIsMadeNarrowerKeepsNothingOfTheOldLines(int columns) {
    console.note("above");
    twoAreUnderWay();
    draw(80);
    screen.shrink(columns);
    List<String> rows = draw(columns);
    TestScreen fresh = new TestScreen(columns);
    fresh.write("above\r\n");
    int above = fresh.rows().size();
    assertEquals(above + 3, rows.size(), rows.toString());
    view.on(new Finished("one", Outcome.FAILED));
    view.on(new Finished("two", Outcome.FAILED));
    assertEquals(fresh.rows(), shown());
  }

  @Test
  void aFailedItemLeavesNothing() {
    view.on(new Started("one", -1));
    millis = 1500;
    view.on(new Advanced("one", 1000));
    assertEquals(1, draw(80).size());
    view.on(new Finished("one", Outcome.FAILED));
    assertEquals(List.of(), shown());
    assertTrue(screen.isCursorAt(0));
  }

  @Test
  void whatWasExpectedAndNeverCameIsForgotten() {
    twoAreUnderWay();
    view.on(new Expected("three", MIB));
    view.on(new Finished("one", Outcome.FAILED));
    view.on(new Finished("two", Outcome.FAILED));
    view.on(new Started("four", MIB));
    millis += 2000;
    view.on(new Advanced("four", MIB / 2));
    List<String> rows = draw(80);
    assertEquals(1, rows.size(), rows.toString());
    assertTrue(rows.get(0).contains("50%") && rows.get(0).contains("left"), rows.toString());
  }

  @Test
  void saysWhatWasHereAlready() {
    view.on(new Started("one", 10 * MIB));
    view.on(new Reused("one", new Reuse(MIB, 32, 840)));
    view.on(new Reused("one", new Reuse(9 * MIB, 812, 840)));
    millis = 2000;
    assertTrue(draw(80).get(0).contains("90%"));
    view.on(new Advanced("one", MIB / 2));
    List<String> rows = draw(80);
    assertEquals("one  812 of 840 chunks already here", rows.get(0));
    assertTrue(rows.get(1).contains("256.") || rows.get(1).contains("KiB/s"), "moved bytes only");
    view.on(new Advanced("one", MIB / 2));
    view.on(new Finished("one", Outcome.DONE));
    assertEquals(List.of("one  812 of 840 chunks already here", "one  10.0 MiB in 2.0 s"), shown());
  }

  @Test
  void whatWasCountedInVainIsNotCountedTwice() {
    view.on(new Started("one", 4 * MIB));
    view.on(new Reused("one", new Reuse(MIB, 1, 4)));
    view.on(new Advanced("one", 2 * MIB));
    view.on(new Advanced("one", -2 * MIB));
    view.on(new Reused("one", Reuse.NOTHING));
    millis = 1000;
    view.on(new Advanced("one", MIB));
    List<String> rows = draw(80);
    assertEquals(1, rows.size(), rows.toString());
    assertTrue(rows.get(0).contains("25%") && rows.get(0).contains("1.0 MiB of"), rows.toString());
  }

  @Test
  void noMoreThanTheWindowHolds() {
    for (int i = 0; i < 20; i++) {
      view.on(new Started("item " + i, MIB));
    }
    millis = 1500;
    view.on(new Advanced("item 3", MIB / 2));
    assertTrue(view.draw(new WindowSize(80, 5)));
    List<String> rows = shown();
    assertEquals(4, rows.size(), rows.toString());
    assertTrue(rows.get(3).startsWith("total +17"), rows.toString());
    assertTrue(view.draw(new WindowSize(80, 1)));
    assertEquals(1, shown().size());
  }

  @Test
  void aTerminalThatIsGoneIsNotWrittenToAgain() {
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Input/output error");
          }
        };
    PrintStream err = new PrintStream(gone, true, UTF_8);
    TerminalProgress late =
        new TerminalProgress(new Console(stream, err, true, 80), () -> millis * 1_000_000, v -> {});
    late.on(new Started("one", MIB));
    millis = 2000;
    assertFalse(late.draw(new WindowSize(80, 24)));
  }

  @Test
  void atTheEndOfTheProcessNothingIsDrawnAnyMore() {
    twoAreUnderWay();
    draw(80);
    console.endLive();
    assertEquals(List.of(), shown());
    assertTrue(screen.isCursorAt(0));
    assertFalse(view.draw(new WindowSize(80, 24)));
    console.note("flint: interrupted");
    assertEquals(List.of("flint: interrupted"), shown());
  }

  @Test
  void usesNoColour() {
    twoAreUnderWay();
    view.draw(new WindowSize(80, 24));
    assertFalse(out.toString(UTF_8).matches("(?s).*\u001b\\[[0-9;]*m.*"));
  }
}
