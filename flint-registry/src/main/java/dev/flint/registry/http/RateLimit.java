package dev.flint.registry.http;

import java.io.IOException;

/**
 * Holds back whoever moves bytes, so that all of them together move no more than so many a second.
 * Thread-safe.
 */
final class RateLimit {
  /** No limit at all. */
  static final RateLimit NONE = new RateLimit(Long.MAX_VALUE, new SystemTime());

  private static final long SECOND = 1_000_000_000;

  /** Steps are this much of a second, so that the bytes flow instead of coming in bursts. */
  private static final int STEPS = 10;

  private final long bytesPerSecond;
  private final Time time;

  /** When what was moved so far is paid for; guarded by this. */
  private long paidAt;

  /**
   * A limit.
   *
   * @param bytesPerSecond at least 1; {@link Long#MAX_VALUE} is none
   */
  RateLimit(long bytesPerSecond, Time time) {
    this.bytesPerSecond = bytesPerSecond;
    this.time = time;
    this.paidAt = time.nanos();
  }

  /** How many of these bytes to move before asking again; at least 1 of at least 1. */
  int step(int length) {
    return (int) Math.min(length, Math.max(1, bytesPerSecond / STEPS));
  }

  /** Waits until what went before is paid for, and takes so many bytes more. */
  void take(int bytes) throws IOException {
    if (bytesPerSecond == Long.MAX_VALUE || bytes <= 0) {
      return;
    }
    long wait = reserve(bytes);
    if (wait > 0) {
      time.pause(wait);
    }
  }

  private synchronized long reserve(int bytes) {
    long now = time.nanos();
    long wait = Math.max(0, paidAt - now);
    paidAt = now + wait + (long) ((double) bytes / bytesPerSecond * SECOND);
    return wait;
  }
}
