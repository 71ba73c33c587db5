package dev.flint.agent.kube.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class AwakeClockTest {
  private long steady = 5;
  private long wall = 1000;
  private final AwakeClock clock = new AwakeClock(() -> steady, () -> wall);

  @Test
  void goesOnWhileTheDeviceSleepsAndNeverBack() {
    assertEquals(0, clock.getAsLong());
    steady += 10;
    wall += 10;
    assertEquals(10, clock.getAsLong());
    wall += 3_600_000;
    assertEquals(3_600_010, clock.getAsLong());
    steady += 20;
    wall -= 500_000;
    assertEquals(3_600_030, clock.getAsLong());
    steady += 1;
    wall += 1;
    assertEquals(3_600_031, clock.getAsLong());
  }
}
