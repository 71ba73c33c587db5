package dev.flint.agent.pod.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  private static List<Long> pauses(Backoff backoff, int count) {
    List<Long> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      out.add((backoff.failed(1_000_000, 10) - 1_000_000) / 1000);
    }
    return out;
  }

  @Test
  void restartsAtOnceThenAfterTenSecondsDoublingToFiveMinutes() {
    assertEquals(
        List.of(0L, 10L, 20L, 40L, 80L, 160L, 300L, 300L),
        pauses(new Backoff(Backoff.Rule.RESTARTS), 8));
    assertEquals(List.of(10L, 20L, 40L), pauses(new Backoff(Backoff.Rule.IMAGES), 3));
    assertEquals(300L, pauses(new Backoff(Backoff.Rule.IMAGES), 1000).get(999));
  }

  @Test
  void beginsAnewAfterAGoodRunOrAReset() {
    Backoff backoff = new Backoff(Backoff.Rule.IMAGES);
    pauses(backoff, 3);
    assertEquals(10_000, backoff.failed(0, 600_000));
    assertEquals(20_000, backoff.failed(0, 599_999));
    backoff.reset();
    assertEquals(10_000, backoff.failed(0, 0));
  }

  @Test
  void waitsUntilItIsTime() {
    Backoff backoff = new Backoff(Backoff.Rule.IMAGES);
    assertFalse(backoff.isWaiting(5));
    backoff.failed(5, 0);
    assertTrue(backoff.isWaiting(10_004));
    assertFalse(backoff.isWaiting(10_005));
    backoff.resume(5);
    assertEquals(300_000, backoff.failed(0, 0));
  }
}
