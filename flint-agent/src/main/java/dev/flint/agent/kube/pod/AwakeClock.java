package dev.flint.agent.kube.pod;

import java.util.function.LongSupplier;

/**
 * Milliseconds that only go on, also while the device sleeps: the clock of the JVM stands still
 * then, and a token grows old nevertheless. A wall clock that is set forward looks like a sleep,
 * which at worst has something asked for once more; one that is set back does nothing. Thread-safe.
 */
final class AwakeClock implements LongSupplier {
  private final LongSupplier steady;
  private final LongSupplier wall;
  private long steadyBefore;
  private long wallBefore;
  private long now;

  /**
   * Of two clocks, in milliseconds.
   *
   * @param steady only goes on, but not always
   * @param wall may jump
   */
  AwakeClock(LongSupplier steady, LongSupplier wall) {
    this.steady = steady;
    this.wall = wall;
    this.steadyBefore = steady.getAsLong();
    this.wallBefore = wall.getAsLong();
  }

  @Override
  public synchronized long getAsLong() {
    long steadyNow = steady.getAsLong();
    long wallNow = wall.getAsLong();
    now += Math.max(steadyNow - steadyBefore, wallNow - wallBefore);
    steadyBefore = steadyNow;
    wallBefore = wallNow;
    return now;
  }
}
