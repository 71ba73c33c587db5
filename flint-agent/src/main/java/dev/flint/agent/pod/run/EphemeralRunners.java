package dev.flint.agent.pod.run;

import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.PodSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The containers by which a pod is looked into: each is started once, whenever it was added.
 * Confined to one thread.
 */
final class EphemeralRunners {
  private final PodParts parts;
  private final List<ContainerRunner> runners = new ArrayList<>();

  EphemeralRunners(PodParts parts) {
    this.parts = parts;
  }

  /** Adds those that were not there; none ever goes before its pod does. */
  void add(PodSpec pod) {
    for (ContainerSpec container : pod.ephemeralContainers()) {
      if (!isKnown(container)) {
        runners.add(new ContainerRunner(pod, container, ContainerRunner.Part.EPHEMERAL, parts));
      }
    }
  }

  private boolean isKnown(ContainerSpec container) {
    for (ContainerRunner runner : runners) {
      if (runner.isOf(container)) {
        return true;
      }
    }
    return false;
  }

  List<ContainerRunner> all() {
    return runners;
  }

  boolean isEmpty() {
    return runners.isEmpty();
  }

  void advance(long now) {
    for (ContainerRunner runner : runners) {
      runner.advance(now);
    }
  }

  /** Ends them; they stay as they ended. Returns whether that is done. */
  boolean end(Duration grace) {
    for (ContainerRunner runner : runners) {
      if (!runner.isHalting()) {
        runner.halt(grace);
      }
      runner.advanceHalt();
    }
    return areHalted();
  }

  /** Whether nothing of them runs, or is about to. */
  boolean areHalted() {
    for (ContainerRunner runner : runners) {
      if (!runner.isHalted()) {
        return false;
      }
    }
    return true;
  }

  List<ContainerStatus> status() {
    List<ContainerStatus> all = new ArrayList<>();
    for (ContainerRunner runner : runners) {
      all.add(runner.status(true));
    }
    return all;
  }
}
