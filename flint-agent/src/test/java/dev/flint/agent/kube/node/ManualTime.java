package dev.flint.agent.kube.node;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Time that passes when a test says so. */
final class ManualTime extends Clock {
  private Instant wall = Instant.parse("2026-03-04T05:06:07.123456789Z");
  private long millis = 1_000_000;

  /** Both clocks go on. */
  void pass(long more) {
    millis += more;
    wall = wall.plusMillis(more);
  }

  /** Only the wall clock jumps. */
  void jump(long more) {
    wall = wall.plusMillis(more);
  }

  NodeTime time() {
    return new NodeTime(this, () -> millis, pause -> pause);
  }

  long now() {
    return millis;
  }

  @Override
  public Instant instant() {
    return wall;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
