package dev.flint.agent.kube.pod;

import dev.flint.agent.kube.api.ApiFailure;
import dev.flint.oci.error.FlintException;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one input, and when it is asked for again. Times are milliseconds of a clock
 * that only goes on. Guarded by who has it.
 */
final class InputState {
  private static final long REFRESH_MILLIS = 60_000;
  private static final long FIRST_MILLIS = 1000;
  private static final long DAY_MILLIS = 24 * 60 * 60 * 1000L;

  /** So often somebody who is not let in asks, before the pod hears of it. */
  private static final int PATIENCE = 4;

  private InputCalls.@Nullable Got got;
  private boolean answered;
  private boolean live = true;
  private boolean missing;
  private String why = "not known";
  private String said = "";
  private long due;
  private boolean held;
  private int failures;

  /** Asked for at once. */
  InputState(long now) {
    due = now;
  }

  /** What the server had last. */
  InputCalls.@Nullable Got got() {
    return got;
  }

  /** Roughly the bytes that it takes in memory. */
  long weight() {
    return got == null ? 0 : got.weight();
  }

  /** Whether it is known whether there is anything. */
  boolean isAnswered() {
    return answered;
  }

  /** Whether the server has said that there is no such thing. */
  boolean isMissing() {
    return missing;
  }

  /** What follows its name if there is nothing. */
  String why() {
    return why;
  }

  long due() {
    return due;
  }

  /** It got no answer; it is due still, but after all others that get none. */
  void hold(long millis) {
    held = true;
    due = millis;
  }

  /** Whether it got no answer last; that may be the matter of this one alone. */
  boolean isHeld() {
    return held;
  }

  /** Whether the server may answer from memory. */
  boolean isCachedEnough() {
    return !live;
  }

  /**
   * Takes an answer.
   *
   * @return whether it is other than before
   */
  boolean take(InputCalls.Got now, long millis, SplittableRandom chance) {
    InputCalls.Got before = got;
    failures = 0;
    held = false;
    said = "";
    due = millis + pause(now, chance);
    // Of several servers one may be behind; if it is so twice, the newer one was restored.
    boolean older = before != null && !live && now.version() < before.version();
    live = older;
    if (older) {
      return false;
    }
    boolean other = !answered || before == null || !before.isSame(now);
    got = now;
    missing = false;
    answered = true;
    return other;
  }

  private static long pause(InputCalls.Got now, SplittableRandom chance) {
    if (now.fixed()) {
      return Long.MAX_VALUE / 2;
    }
    if (now.object() != null) {
      return REFRESH_MILLIS + chance.nextLong(REFRESH_MILLIS / 5);
    }
    // As the kubelet: at 80 % of its life, and once a day.
    long life = now.seconds() * 1000;
    long good = Math.min(life / 10 * 8, DAY_MILLIS);
    return Math.max(FIRST_MILLIS * 30, good - chance.nextLong(Math.max(1, life / 20)));
  }

  /**
   * Takes a no.
   *
   * @return whether pods have something to hear
   */
  boolean refuse(FlintException failure, long millis, SplittableRandom chance) {
    failures++;
    held = false;
    live = true;
    long pause = Math.min(REFRESH_MILLIS, FIRST_MILLIS << Math.min(failures, 10));
    due = millis + pause + chance.nextLong(pause / 5);
    boolean none = failure instanceof ApiFailure refusal && refusal.isMissing();
    boolean early = !(failure instanceof InputTooLarge) && (missing || failures < PATIENCE);
    if (!none && (got != null || early)) {
      // The server may not know yet that the pod is ours; and what was good is better than nothing.
      return false;
    }
    boolean other = !answered || got != null || none != missing;
    missing = none;
    why = none ? "not found" : "cannot be had: " + line(failure);
    got = null;
    answered = true;
    return other;
  }

  /** What is to be said of a no; empty if that was said before, or the pod says it itself. */
  String complaint(FlintException failure) {
    if (failure instanceof ApiFailure refusal && refusal.isMissing()) {
      return "";
    }
    String line = line(failure);
    if (line.equals(said)) {
      return "";
    }
    said = line;
    return line;
  }

  /** The message of what could not be read may quote a secret. */
  private static String line(FlintException failure) {
    return failure instanceof ApiFailure || failure instanceof InputTooLarge
        ? String.valueOf(failure.getMessage())
        : "the server's answer makes no sense";
  }
}
