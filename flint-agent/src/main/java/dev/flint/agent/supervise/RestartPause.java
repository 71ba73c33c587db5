package dev.flint.agent.supervise;

/**
 * How long an instance that ended waits for its next start: 100 ms, doubled with each start up to a
 * minute, and from the beginning after a run of ten seconds. These are Docker's numbers.
 */
final class RestartPause {
  private static final long FIRST_MILLIS = 100;
  private static final long MAX_MILLIS = 60_000;
  private static final long GOOD_MILLIS = 10_000;

  private long next = FIRST_MILLIS;
  private int inARow;

  /** The pause after a run of this length, in milliseconds. */
  long after(long runMillis) {
    if (runMillis >= GOOD_MILLIS) {
      next = FIRST_MILLIS;
      inARow = 0;
    }
    long pause = next;
    next = Math.min(MAX_MILLIS, next * 2);
    inARow++;
    return pause;
  }

  /** How many pauses there were since a run was long enough. */
  int inARow() {
    return inARow;
  }
}
