package dev.flint.agent.kube.node;

import java.time.Clock;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * The times that a node goes by.
 *
 * @param wall for what is told; it may jump
 * @param millis for when to do what; never jumps
 * @param spread makes pauses a little longer, so that nodes do not all come at once
 */
record NodeTime(Clock wall, LongSupplier millis, LongUnaryOperator spread) {
  /** As with kubelets: a pause is up to 4 % longer. */
  private static final int PART = 25;

  static NodeTime system() {
    SplittableRandom chance = new SplittableRandom();
    return new NodeTime(
        Clock.systemUTC(),
        () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
        pause -> pause + chance.nextLong(pause / PART + 1));
  }
}
