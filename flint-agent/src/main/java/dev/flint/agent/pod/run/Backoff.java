package dev.flint.agent.pod.run;

/**
 * How long to wait before the next try: longer after each failure, and as at first after a good
 * while (Kubernetes: CrashLoopBackOff, ImagePullBackOff). Times are milliseconds of a clock that
 * never jumps. Confined to one thread.
 */
public final class Backoff {
  private final Rule rule;
  private int failures;
  private long until;

  /**
   * The rule.
   *
   * @param firstMillis the first pause
   * @param maxMillis the longest pause
   * @param stableMillis after a run of this length nothing has failed before
   * @param free failures after which there is no pause
   */
  public record Rule(long firstMillis, long maxMillis, long stableMillis, int free) {
    /** The kubelet's for restarts: the first at once, then 10 s doubling to 5 min. */
    public static final Rule RESTARTS = new Rule(10_000, 300_000, 600_000, 1);

    /** The kubelet's for images: 10 s doubling to 5 min. */
    public static final Rule IMAGES = new Rule(10_000, 300_000, 600_000, 0);
  }

  /** Nothing has failed yet. */
  public Backoff(Rule rule) {
    this.rule = rule;
  }

  /**
   * Notes an end.
   *
   * @param ranMillis how long it ran before; 0 if it was no run
   * @return when to try again
   */
  public long failed(long now, long ranMillis) {
    if (ranMillis >= rule.stableMillis) {
      failures = 0;
    }
    int counted = failures - rule.free;
    // 2 to the 20th is more than any longest pause.
    long pause =
        counted < 0 ? 0 : Math.min(rule.maxMillis, rule.firstMillis << Math.min(counted, 20));
    failures++;
    until = now + pause;
    return until;
  }

  /** Goes on where another left off: so many have failed already. */
  public void resume(int before) {
    failures = before;
  }

  /** Forgets all failures. */
  public void reset() {
    failures = 0;
    until = 0;
  }

  /** Whether it is not yet time. */
  public boolean isWaiting(long now) {
    return failures > 0 && now < until;
  }

  /** When it is time. */
  public long until() {
    return until;
  }
}
