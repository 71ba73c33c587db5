package dev.flint.agent.pod.update;

import java.time.Duration;

/**
 * How long a changed pod is watched, in milliseconds of a clock that never jumps.
 *
 * @param until from then on it is kept if it is well
 * @param giveUp from then on it is taken back if it is not
 */
record Window(long until, long giveUp) {
  static Window begun(long now, Duration length) {
    return new Window(now + length.toMillis(), now + length.toMillis());
  }

  /**
   * One that an earlier process began. What probes said is lost with it, so there is half a window
   * to say it again.
   *
   * @param passed milliseconds since it was begun
   */
  static Window resumed(long now, Duration length, long passed) {
    long whole = length.toMillis();
    long left = whole - Math.max(0, Math.min(whole, passed));
    return new Window(now + left, now + Math.max(left, whole / 2));
  }

  /** When there is something to decide. */
  long due(long now) {
    return now < until ? until : giveUp;
  }
}
