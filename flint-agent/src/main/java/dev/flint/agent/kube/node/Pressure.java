package dev.flint.agent.kube.node;

/**
 * Whether something is scarce. It stays so for five minutes after it was last seen, as with a
 * kubelet, so that pods are not sent here and away in turns. Confined to one thread.
 */
final class Pressure {
  private static final long STAYS_MILLIS = 300_000;

  private long until;
  private boolean seen;

  /**
   * Notes what is so now.
   *
   * @param now in milliseconds of a clock that never jumps
   * @return whether it counts as scarce
   */
  boolean note(boolean scarce, long now) {
    if (scarce) {
      seen = true;
      until = now + STAYS_MILLIS;
    }
    seen &= now < until;
    return seen;
  }
}
