package dev.flint.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.bench.machine.Measured;
import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class SeriesTest {
  @Test
  void comparesRunsOfTheSameRound() {
    Series quick = series(1, 10, 3);
    Series slow = series(2, 40, 3);
    assertEquals(3, quick.wall());
    assertEquals(3, slow.wall());
    assertEquals(0.5, quick.ratioTo(slow));
  }

  @Test
  void takesTheMeanOfTheTwoInTheMiddle() {
    assertEquals(2.5, series(4, 1, 3, 2).wall());
  }

  private static Series series(double... walls) {
    return new Series(
        "tool",
        Arrays.stream(walls).mapToObj(wall -> new Measured(wall, wall, 1)).toList(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }
}
