package dev.flint.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class PaceTest {
  @Test
  void aSteadyRateIsRightFromTheBeginning() {
    Pace pace = new Pace(5000);
    for (long t = 5100; t <= 65_000; t += 100) {
      pace.move(1000, t);
      if (t >= 6000) {
        assertTrue(Math.abs(pace.perSecond(t) - 10_000) < 600, "at " + t);
      }
    }
  }

  @Test
  void theTimeLeftDoesNotJump() {
    Pace pace = new Pace(0);
    long total = 100_000_000;
    long last = -1;
    for (long t = 250; t <= 60_000; t += 250) {
      // Bursts: four times as much for a second, then nothing for three.
      pace.move(t % 4000 < 1000 ? 1_000_000 : 0, t);
      long left = pace.secondsLeft(total, t);
      if (t > 12_000) {
        assertTrue(Math.abs(left - last) < 18, last + " -> " + left + " at " + t);
      }
      last = left;
    }
  }

  @Test
  void aLinkThatStandsStillIsSeenTo() {
    Pace pace = new Pace(0);
    for (long t = 100; t <= 10_000; t += 100) {
      pace.move(100_000, t);
    }
    assertTrue(pace.perSecond(10_000) > 900_000);
    assertTrue(pace.perSecond(40_000) < 1000, "after half a minute");
  }

  @Test
  void whatIsSkippedIsDoneButNotFast() {
    Pace pace = new Pace(0);
    pace.skip(1_000_000);
    pace.move(1000, 1000);
    assertEquals(1_001_000, pace.done());
    assertTrue(pace.perSecond(1000) < 2000);
  }
}
