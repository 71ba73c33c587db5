package dev.flint.agent.kube.node;

import dev.flint.agent.kube.api.ApiFailure;
import dev.flint.agent.pod.run.Backoff;
import java.util.function.LongUnaryOperator;

/**
 * When something is done next: at a steady pace; after a failure sooner, but later after each
 * further one, and not before the server wants it. Times are milliseconds of a clock that never
 * jumps. Confined to one thread.
 */
final class Cadence {
  private static final Backoff.Rule RETRIES = new Backoff.Rule(100, 7000, Long.MAX_VALUE, 0);

  private final long period;
  private final LongUnaryOperator spread;
  private final Backoff retries = new Backoff(RETRIES);
  private long due;
  private boolean failing;

  /** Due at once. */
  Cadence(long period, long now, LongUnaryOperator spread) {
    this.period = period;
    this.spread = spread;
    this.due = now;
  }

  boolean isDue(long now) {
    return now >= due;
  }

  long due() {
    return due;
  }

  /** It was done. */
  void done(long now) {
    retries.reset();
    failing = false;
    due = now + spread.applyAsLong(period);
  }

  /** It shall be done at once, unless it failed: then the pause counts. */
  void hurry(long now) {
    due = failing ? due : Math.min(due, now);
  }

  /** It failed. */
  void failed(long now, Throwable why) {
    failing = true;
    long pause = retries.failed(now, 0) - now;
    long asked = why instanceof ApiFailure refusal ? refusal.retryAfter().toMillis() : 0;
    due = now + spread.applyAsLong(Math.max(pause, asked));
  }
}
