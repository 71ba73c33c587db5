package dev.flint.agent.pod.run;

import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.PodSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings a pod up and down: init containers one after the other, then all others, each again as the
 * restart policy says. Init containers that are sidecars run on beside what comes after them, and
 * end after it, the last one first. Ephemeral containers come at any time and are started once;
 * they end with what they look into. It keeps nothing that matters: what it is to do follows from
 * what the instances are, so that a new one goes on where a killed agent was. It starts no thread
 * and looks at no clock; {@code now} is milliseconds of one that never jumps. Confined to one
 * thread.
 */
public final class PodRunner {
  /** What the kubelet leaves them. */
  private static final Duration LEAST_GRACE = Duration.ofSeconds(2);

  private PodSpec pod;
  private final List<ContainerRunner> inits = new ArrayList<>();
  private final List<ContainerRunner> mains = new ArrayList<>();

  /** Of the init containers; in the order in which they end. */
  private final List<ContainerRunner> sidecars = new ArrayList<>();

  /** What was added to look into the others. */
  private final EphemeralRunners ephemerals;

  private final PodDeadline deadline;
  private final PodParts.Failures failures;
  private @Nullable PodFailure failure;
  private Duration grace;
  private long endsSince = -1;
  private boolean stopping;
  private boolean handsOver;
  private boolean halting;
  private boolean begun;

  /** For one pod, which may run already. */
  public PodRunner(PodSpec pod, PodParts parts) {
    this.pod = pod;
    grace = pod.stopGrace();
    deadline = new PodDeadline(pod.activeDeadline());
    for (ContainerSpec container : pod.initContainers()) {
      ContainerRunner init = new ContainerRunner(pod, container, ContainerRunner.Part.INIT, parts);
      inits.add(init);
      if (container.sidecar()) {
        sidecars.add(0, init);
      }
    }
    for (ContainerSpec container : pod.containers()) {
      mains.add(new ContainerRunner(pod, container, ContainerRunner.Part.MAIN, parts));
    }
    ephemerals = new EphemeralRunners(parts);
    ephemerals.add(pod);
    failures = parts.failures();
    failure = failures.find(pod.uid()).orElse(null);
    if (failure != null) {
      endWithin(grace);
    }
  }

  /** What it runs. */
  public PodSpec pod() {
    return pod;
  }

  /**
   * What may change of a pod that stays the same. Instances that there are stay as they are.
   *
   * @param other one with the same uid and the same containers
   */
  public void change(PodSpec other) {
    pod = other;
    for (ContainerRunner container : all()) {
      container.change(other);
    }
    ephemerals.add(other);
    deadline.limit(other.activeDeadline());
  }

  /** From now on it is brought down, and its instances are removed. */
  public void stop() {
    stopping = true;
  }

  /**
   * The same, but another one runs the pod then. Ephemeral containers are ended and stay as they
   * ended, as they are not started again.
   */
  public void handOver() {
    handsOver = true;
    stop();
  }

  /**
   * From now on its containers are ended, and stay as they ended. May be called again, with less
   * time.
   *
   * @param grace from being asked to end to being killed
   */
  public void halt(Duration grace) {
    halting = true;
    endWithin(grace);
  }

  /**
   * The same, but it is not over by that: a runner after this one goes on with it. So what was to
   * run to its end, and says that it did as it is asked to end, is forgotten and is run anew.
   */
  public void suspend(Duration grace) {
    for (ContainerRunner container : all()) {
      container.interrupt();
    }
    halt(grace);
  }

  /**
   * From now on its containers are ended, and it has failed, whatever they end with. One that is
   * being ended, or has failed, can only get less time.
   *
   * @param time from being asked to end to being killed
   */
  public void fail(PodFailure why, Duration time) {
    if (!halting && !stopping && failure == null) {
      failure = why;
      // Before anything ends: an agent after this one would take it for a success.
      failures.keep(pod.uid(), why);
      endWithin(time);
    } else if (!stopping && time.compareTo(grace) < 0) {
      endWithin(time);
    }
  }

  /** Whether it has failed, and nothing of it runs any more. */
  public boolean hasFailed() {
    return failure != null && areHalted();
  }

  private void endWithin(Duration time) {
    grace = time;
    endsSince = -1;
    for (ContainerRunner container : all()) {
      if (!container.isSidecar() || container.isHalting()) {
        container.halt(time);
      }
    }
  }

  /** Whether it is being ended, or has been. */
  public boolean isHalting() {
    return halting;
  }

  /** Whether it has been ended: nothing of it runs, or is going to. */
  public boolean isHalted() {
    return halting && areHalted();
  }

  private boolean areHalted() {
    for (ContainerRunner container : all()) {
      if (!container.isHalted()) {
        return false;
      }
    }
    return true;
  }

  /** Whether it was brought down, and nothing of it is left. */
  public boolean isGone() {
    if (!stopping || (handsOver && !ephemerals.areHalted())) {
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
      drop();
      return;
    }
    watch(now);
    if (halting || failure != null) {
      end(now);
      return;
    }
    boolean over = !(sidecars.isEmpty() && ephemerals.isEmpty()) && isOver();
    if (over) {
      endBesides(now);
    } else {
      ephemerals.advance(now);
    }
    if (!begun && hasMains()) {
      // An agent before this one had come so far; init containers are not run again.
      begun = true;
    }
    if (!begun) {
      if (!initialize(now, over)) {
        return;
      }
      begun = true;
    } else if (!over) {
      for (ContainerRunner sidecar : sidecars) {
        sidecar.advance(now);
      }
    }
    for (ContainerRunner main : mains) {
      main.advance(now);
    }
  }

  /** Whether all that comes before the containers has succeeded, or runs. */
  private boolean initialize(long now, boolean over) {
    for (ContainerRunner init : inits) {
      if (!init.isSidecar()) {
        if (!init.hasSucceeded()) {
          init.advance(now);
          return false;
        }
      } else if (!over) {
        init.advance(now);
        if (!init.status(true).started()) {
          return false;
        }
      }
    }
    return true;
  }

  /** Ends what runs: sidecars last, in the time that the others have left them. */
  private void end(long now) {
    boolean done = true;
    for (ContainerRunner container : all()) {
      if (!container.isSidecar()) {
        container.advanceHalt();
        done &= container.isHalted();
      }
    }
    endsSince = endsSince < 0 ? now : endsSince;
    if (done) {
      endSidecars(now);
    }
  }

  /** Ends what runs beside containers that have done what they should. */
  private void endBesides(long now) {
    endsSince = endsSince < 0 ? now : endsSince;
    if (ephemerals.end(grace)) {
      endSidecars(now);
    }
  }

  private void endSidecars(long now) {
    endsSince = endsSince < 0 ? now : endsSince;
    Duration least = grace.compareTo(LEAST_GRACE) < 0 ? grace : LEAST_GRACE;
    Duration left = grace.minusMillis(now - endsSince);
    for (ContainerRunner sidecar : sidecars) {
      if (!sidecar.isHalting()) {
        sidecar.halt(left.compareTo(least) < 0 ? least : left);
      }
      sidecar.advanceHalt();
      if (!sidecar.isHalted()) {
        return;
      }
    }
  }

  private void drop() {
    boolean gone = !handsOver || ephemerals.end(grace);
    for (ContainerRunner container : all()) {
      if (!container.isSidecar()) {
        container.drop();
        gone &= container.isGone();
      }
    }
    for (ContainerRunner sidecar : sidecars) {
      if (gone) {
        sidecar.drop();
        gone = sidecar.isGone();
      }
    }
  }

  /** Ends it if it has been active for too long. */
  private void watch(long now) {
    if (!deadline.counts()) {
      long age = 0;
      for (ContainerRunner container : all()) {
        age = Math.max(age, container.age());
      }
      deadline.begin(now, age);
    }
    if (now >= deadline.due() && !isOver()) {
      fail(PodDeadline.FAILURE, pod.stopGrace());
    }
  }

  /** Whether it has done what it should, or never will. */
  private boolean isOver() {
    return status().leavesSidecars();
  }

  /**
   * When {@link #advance} has something to do though nothing happened; for ever if never. What ends
   * only waits for what was asked to end, of which there is news.
   */
  public long due() {
    if (stopping || halting || failure != null) {
      return Long.MAX_VALUE;
    }
    long due = deadline.due();
    for (ContainerRunner container : all()) {
      due = Math.min(due, container.due());
    }
    return due < Long.MAX_VALUE && isOver() ? Long.MAX_VALUE : due;
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
    boolean looked = !ephemerals.areHalted();
    PodStatus status = PodStatus.of(initStatus, mainStatus, ephemerals.status(), looked);
    PodFailure why = failure;
    if (why == null) {
      return status;
    }
    return areHalted()
        ? status.failing(why.reason(), why.message())
        : status.saying(why.reason(), why.message());
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
    if (!handsOver) {
      all.addAll(ephemerals.all());
    }
    return all;
  }
}
