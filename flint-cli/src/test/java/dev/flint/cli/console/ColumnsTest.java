package dev.flint.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ColumnsTest {
  @Test
  void knowsWideAndCombiningCharacters() {
    assertEquals(8, Columns.of("disk.raw"));
    assertEquals(3, Columns.of("\u00e9\u0436\u03b1"));
    assertEquals(1, Columns.of("e\u0301"));
    assertEquals(4, Columns.of("\u78c1\u76d8"));
    assertEquals(2, Columns.of("\ud83d\ude80"));
    assertEquals(2, Columns.of("\uff21"));
  }

  @Test
  void cutsBetweenCharacters() {
    assertEquals("\u78c1", Columns.cut("\u78c1\u76d8", 3));
    assertEquals("e\u0301", Columns.cut("e\u0301x", 1));
    assertEquals("", Columns.cut("\ud83d\ude80", 1));
    assertEquals("\u78c1 ", Columns.left("\u78c1\u76d8", 3));
  }

  @Test
  void readsWhatSttySays() {
    assertEquals(Optional.of(new WindowSize(200, 50)), Window.parse("50 200"));
    for (String wrong : new String[] {"", "0 0", "50", "50 200 1", "x 80", "99999999999 80"}) {
      assertEquals(Optional.empty(), Window.parse(wrong), wrong);
    }
  }
}
