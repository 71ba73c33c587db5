package dev.flint.agent.kube.pod;

import dev.flint.agent.kube.api.ApiFailure;
import dev.flint.agent.pod.run.Backoff;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What a server refuses of one pod is no matter of the others: it is said once, and tried again at
 * times of its own. Confined to one thread.
 */
final class PodRefusals {
  private final Turns turns;
  private final Backoff.Rule rule;
  private final LongSupplier millis;
  private final Consumer<String> warnings;
  private final Map<String, Backoff> refused = new HashMap<>();

  /**
   * None yet.
   *
   * @param turns of all that is asked for in a round
   * @param millis a clock that only goes on
   */
  PodRefusals(Turns turns, Backoff.Rule rule, LongSupplier millis, Consumer<String> warnings) {
    this.turns = turns;
    this.rule = rule;
    this.millis = millis;
    this.warnings = warnings;
  }

  /** Something that a server may refuse. */
  interface Step {
    void run() throws IOException;
  }

  /**
   * Takes a step, now or at the end of the round, unless it was refused and it is not yet time to
   * try again.
   *
   * @param trouble what is said before the reason if it is refused
   * @throws IOException if the server is not to be asked on
   */
  void attempt(String uid, String trouble, Step step) throws IOException {
    Backoff before = refused.get(uid);
    if (before != null && before.isWaiting(millis.getAsLong())) {
      return;
    }
    turns.take(uid, () -> take(uid, trouble, step));
  }

  private void take(String uid, String trouble, Step step) throws IOException {
    try {
      step.run();
      refused.remove(uid);
    } catch (FlintException e) {
      if (ApiFailure.isAboutAll(e)) {
        throw e;
      }
      if (!refused.containsKey(uid)) {
        warnings.accept(trouble + ": " + FlintException.line(e));
      }
      refused.computeIfAbsent(uid, key -> new Backoff(rule)).failed(millis.getAsLong(), 0);
    }
  }

  /** Only these are there. */
  void keepOnly(Set<String> uids) {
    refused.keySet().retainAll(uids);
  }

  /** Milliseconds until one is to be tried again, but no more than these; at least 1. */
  long left(long most) {
    long now = millis.getAsLong();
    long left = most;
    for (Backoff one : refused.values()) {
      left = Math.min(left, one.until() - now);
    }
    return Math.max(1, left);
  }
}
