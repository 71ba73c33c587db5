package dev.flint.agent.pod.run;

import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.PodSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings a pod up and down: init containers one after the other, then all others, each again as the
 * restart policy says. It keeps nothing that matters: what it is to do follows from what the
 * instances are, so that a new one goes on where a killed agent was. It starts no thread and looks
 * at no clock; {@code now} is milliseconds of one that never jumps. Confined to one thread.
 */
public final class PodRunner {
  private final PodSpec pod;
  private final List<ContainerRunner> inits = new ArrayList<>();
  private final List<ContainerRunner> mains = new ArrayList<>();
  private boolean stopping;
  private boolean begun;

  /** For one pod, which may run already. */
  public PodRunner(PodSpec pod, PodParts parts) {
    this.pod = pod;
    for (ContainerSpec container : pod.initContainers()) {
      inits.add(new ContainerRunner(pod, container, true, parts));
    }
    for (ContainerSpec container : pod.containers()) {
      mains.add(new ContainerRunner(pod, container, false, parts));
    }
  }

  /** What it runs. */
  public PodSpec pod() {
    return pod;
  }

  /** From now on it is brought down, and its instances are removed. */
  public void stop() {
    stopping = true;
  }

  /** Whether it was brought down, and nothing of it is left. */
  public boolean isGone() {
    if (!stopping) {
      return false;
    }
    for (ContainerRunner container : all()) {
      if (!container.isGone()) {
        return false;
      }
    }
    return true;
  }

  /** Does what is due; to be called when an instance changed, and when {@link #due} says so. */
  public void advance(long now) {
    if (stopping) {
      for (ContainerRunner container : all()) {
        container.drop();
      }
      return;
    }
    if (!begun && hasMains()) {
      // An agent before this one had come so far; init containers are not run again.
      begun = true;
    }
    if (!begun) {
      for (ContainerRunner init : inits) {
        if (!init.hasSucceeded()) {
          init.advance(now);
          return;
        }
      }
      begun = true;
    }
    for (ContainerRunner main : mains) {
      main.advance(now);
    }
  }

  /** When {@link #advance} has something to do though nothing happened; for ever if never. */
  public long due() {
    long due = Long.MAX_VALUE;
    for (ContainerRunner container : all()) {
      due = Math.min(due, container.due());
    }
    return due;
  }

  /** What is to be said of it. */
  public PodStatus status() {
    List<ContainerStatus> initStatus = new ArrayList<>();
    for (ContainerRunner init : inits) {
      initStatus.add(init.status(begun));
    }
    List<ContainerStatus> mainStatus = new ArrayList<>();
    for (ContainerRunner main : mains) {
      mainStatus.add(main.status(begun || inits.isEmpty()));
    }
    return PodStatus.of(initStatus, mainStatus);
  }

  private boolean hasMains() {
    for (ContainerRunner main : mains) {
      if (main.isPresent()) {
        return true;
      }
    }
    return false;
  }

  private List<ContainerRunner> all() {
    List<ContainerRunner> all = new ArrayList<>(inits);
    all.addAll(mains);
    return all;
  }
}
