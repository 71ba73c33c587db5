package dev.flint.agent.pod.run;

import java.time.Duration;

/**
 * How long a pod may be active (core/v1 PodSpec, activeDeadlineSeconds). It counts from when its
 * first container was made, also if another process did that. Confined to one thread.
 */
final class PodDeadline {
  static final PodFailure FAILURE =
      new PodFailure(
          "DeadlineExceeded", "Pod was active on the node longer than the specified deadline");

  private Duration limit;
  private long began;
  private boolean counts;

  /**
   * @param limit zero for none
   */
  PodDeadline(Duration limit) {
    this.limit = limit;
  }

  /** A server may shorten it while the pod runs, or set one. */
  void limit(Duration other) {
    limit = other;
  }

  /**
   * Begins to count with the first call.
   *
   * @param age how long ago the first container was made, as far as that is known
   */
  void begin(long now, long age) {
    if (!counts) {
      counts = true;
      began = now - age;
    }
  }

  boolean counts() {
    return counts;
  }

  /** When it is over; for ever if never. */
  long due() {
    return counts && !limit.isZero() ? began + limit.toMillis() : Long.MAX_VALUE;
  }
}
