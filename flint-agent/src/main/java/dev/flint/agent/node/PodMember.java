package dev.flint.agent.node;

import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.run.PodFailure;
import dev.flint.agent.pod.run.PodRunner;
import dev.flint.agent.pod.run.PodStatus;
import dev.flint.agent.pod.update.PodUpdate;
import dev.flint.agent.pod.update.UpdateStatus;
import java.time.Duration;

/** A pod of a device: what is to be run, and what runs. Confined to one thread. */
final class PodMember {
  final PodUpdate update;
  PodRunner runner;

  /** Whether its volumes are gone, as it is over. */
  boolean cleared;

  PodMember(PodUpdate update, PodRunner runner) {
    this.update = update;
    this.runner = runner;
  }

  /** Whether what runs is what is to be run. */
  boolean runs() {
    return runner.pod().isSame(update.running());
  }

  /**
   * Ends it, as the device is being shut down: a pod of a server has failed by that, as it is made
   * elsewhere; one of a file is run again by the next agent, as far as its restart policy lets it.
   *
   * @param most how long it may take, if it does not want less
   */
  void end(PodFailure why, Duration most) {
    if (isOver()) {
      return;
    }
    PodSpec pod = runner.pod();
    Duration grace = pod.stopGrace().compareTo(most) < 0 ? pod.stopGrace() : most;
    update.end();
    if (pod.origin() == PodOrigin.API) {
      runner.fail(why, grace);
    } else {
      runner.suspend(grace);
    }
  }

  /** Whether nothing of it runs, or is going to. */
  boolean hasEnded() {
    return runner.isHalting() ? runner.isHalted() : isOver();
  }

  /** Whether nothing of it will run again; a pod of a file may be run by the next agent. */
  boolean isOverForGood() {
    return runner.hasFailed() || (runner.pod().origin() == PodOrigin.API && isOver());
  }

  private boolean isOver() {
    PodStatus.Phase phase = runner.status().phase();
    return phase == PodStatus.Phase.SUCCEEDED || phase == PodStatus.Phase.FAILED;
  }

  PodView view() {
    PodStatus status = runner.status();
    UpdateStatus now = update.status();
    String reason = now.step().reason();
    return new PodView(
        runner.pod(),
        reason.isEmpty() ? status : status.saying(reason, now.message()),
        now,
        runner.isHalted());
  }
}
