package dev.flint.agent.supervise;

import dev.flint.agent.instance.RestartRule;
import java.util.OptionalLong;

/**
 * Whether and when an instance that ended is started again: after 100 ms, doubled with each start
 * up to a minute, and from the beginning after a run of ten seconds. These are Docker's numbers.
 */
final class RestartPause {
  private static final long FIRST_MILLIS = 100;
  private static final long MAX_MILLIS = 60_000;
  private static final long GOOD_MILLIS = 10_000;

  private long next = FIRST_MILLIS;
  private int inARow;

  /** What is left of one by the time of day; nothing if that was set back meanwhile. */
  static long left(long millis) {
    return millis > MAX_MILLIS ? 0 : Math.max(0, millis);
  }

  /**
   * After an end.
   *
   * @param code exit code
   * @param runMillis how long it ran
   * @return the pause in milliseconds; empty if it is not started again
   */
  OptionalLong next(RestartRule rule, int code, long runMillis) {
    if (runMillis >= GOOD_MILLIS) {
      next = FIRST_MILLIS;
      inARow = 0;
    }
    boolean due =
        switch (rule.when()) {
          case NEVER -> false;
          case ON_FAILURE -> code != 0;
          case ALWAYS -> true;
        };
    inARow++;
    if (!due || (rule.maxRetries() > 0 && inARow > rule.maxRetries())) {
      return OptionalLong.empty();
    }
    long pause = next;
    next = Math.min(MAX_MILLIS, next * 2);
    return OptionalLong.of(pause);
  }
}
