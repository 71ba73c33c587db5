package dev.flint.cli.console;

/** The bytes that are done of something, how fast it goes, and how long it still will. */
final class Pace {
  private static final long RATE_MEMORY = 3000;

  /** Longer, as a time that jumps says nothing. */
  private static final long LEFT_MEMORY = 12_000;

  private static final long LEFT_YOUNG = 1500;

  private final long started;
  private final Rate rate;
  private final Rate slow;
  private long done;

  Pace(long now) {
    this.started = now;
    this.rate = new Rate(RATE_MEMORY, now);
    this.slow = new Rate(LEFT_MEMORY, now);
  }

  /** Counts bytes that were moved. */
  void move(long bytes, long now) {
    done += bytes;
    // What is taken back was moved all the same.
    rate.add(Math.max(0, bytes), now);
    slow.add(Math.max(0, bytes), now);
  }

  /** Counts bytes that did not have to be moved. */
  void skip(long bytes) {
    done += bytes;
  }

  long done() {
    return Math.max(0, done);
  }

  long millis(long now) {
    return now - started;
  }

  long perSecond(long now) {
    return rate.perSecond(now);
  }

  /** How many seconds the rest takes; -1 as long as nobody can tell. */
  long secondsLeft(long total, long now) {
    long speed = slow.perSecond(now);
    return total <= done || speed == 0 || now - started < LEFT_YOUNG
        ? -1
        : (total - done + speed - 1) / speed;
  }
}
