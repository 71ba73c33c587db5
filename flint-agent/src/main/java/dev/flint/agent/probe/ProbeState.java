package dev.flint.agent.probe;

import dev.flint.agent.pod.ProbeSpec;
import java.util.Locale;

/**
 * When a probe is due, and what its results mean. Times are milliseconds of a clock that never
 * jumps. Confined to one thread.
 */
public final class ProbeState {
  private final ProbeSpec spec;
  private final ProbeSpec.Kind kind;
  private boolean good;
  private boolean bad;
  private int inARow;
  private boolean lastResult;
  private boolean underway;
  private long due;

  /**
   * For a run that begins now. Liveness is good until it fails, the others are not good until they
   * succeed.
   */
  public ProbeState(ProbeSpec spec, ProbeSpec.Kind kind, long now) {
    this.spec = spec;
    this.kind = kind;
    good = kind == ProbeSpec.Kind.LIVENESS;
    due = now + spec.initialDelay() * 1000L;
  }

  /** Whether to try now; then {@link #begun} follows. */
  public boolean isDue(long now) {
    return !underway && !isOver() && now >= due;
  }

  /** When to try next; {@link Long#MAX_VALUE} while a try is under way or none will come. */
  public long due() {
    return underway || isOver() ? Long.MAX_VALUE : due;
  }

  /** Notes that a try began. */
  public void begun(long now) {
    underway = true;
    due = now + spec.period() * 1000L;
  }

  /** Notes that nobody knows what became of the try that began. */
  public void lost() {
    underway = false;
  }

  /** Notes the result of the try that began. */
  public void result(boolean ok) {
    underway = false;
    inARow = ok == lastResult ? inARow + 1 : 1;
    lastResult = ok;
    if (ok && inARow >= spec.successes()) {
      good = true;
    } else if (!ok && inARow >= spec.failures()) {
      good = false;
      bad = kind != ProbeSpec.Kind.READINESS;
    }
  }

  /** Whether it counts as succeeding. */
  public boolean isGood() {
    return good;
  }

  /** Whether the container is to be restarted. */
  public boolean isBad() {
    return bad;
  }

  /** What is said of a try: what is wrong, or empty. */
  public String words(String problem) {
    return problem.isEmpty() ? "" : kind.failed(problem);
  }

  /** What it is called, as {@code liveness}. */
  public String name() {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** What is probed. */
  public ProbeSpec spec() {
    return spec;
  }

  private boolean isOver() {
    return bad || (kind == ProbeSpec.Kind.STARTUP && good);
  }
}
