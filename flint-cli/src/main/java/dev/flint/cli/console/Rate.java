package dev.flint.cli.console;

/**
 * How fast something goes, smoothly: what was long ago counts less than what was just now. All
 * times are in milliseconds.
 */
final class Rate {
  private static final long YOUNG = 500;

  private final double memory;
  private final long started;
  private double bytes;
  private double millis;
  private long last;

  /**
   * A rate.
   *
   * @param memory after this time something counts a third
   */
  Rate(long memory, long now) {
    this.memory = memory;
    this.started = now;
    this.last = now;
  }

  /** Counts bytes. */
  void add(long count, long now) {
    double kept = kept(now);
    bytes = bytes * kept + count;
    millis = millis(now);
    last = Math.max(last, now);
  }

  /** Bytes per second; 0 as long as nobody can tell. */
  long perSecond(long now) {
    return now - started < YOUNG
        ? 0
        : Math.max(0, Math.round(1000 * bytes * kept(now) / millis(now)));
  }

  private double kept(long now) {
    return Math.exp(-Math.max(0, now - last) / memory);
  }

  /** The time that counts, weighted like the bytes; so a rate is right from its beginning on. */
  private double millis(long now) {
    double kept = kept(now);
    return millis * kept + memory * (1 - kept);
  }
}
