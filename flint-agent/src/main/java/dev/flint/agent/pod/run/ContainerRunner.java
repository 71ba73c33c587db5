package dev.flint.agent.pod.run;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.instance.RestartRule;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.launch.InstanceNames;
import dev.flint.agent.pod.launch.PodLabels;
import dev.flint.agent.probe.ContainerProbes;
import dev.flint.agent.probe.ProbeState;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Brings one container of a pod up, and up again. Confined to one thread. */
final class ContainerRunner {
  /** What a container is in its pod. */
  enum Part {
    /** One of those that come first. */
    INIT,
    /** One of those that the pod is there for. */
    MAIN,
    /** One that looks into the others, and is started once. */
    EPHEMERAL
  }

  private PodSpec pod;
  private ContainerSpec container;
  private final Part part;
  private final PodParts parts;
  private final InstanceId id;
  private final Backoff restarts;
  private final Backoff images;

  private String waiting = "";
  private String message = "";
  private @Nullable ContainerProbes probes;
  private long probedRun = -1;
  private String probeMessage = "";
  private boolean killing;
  private ProbeKills kills = ProbeKills.NONE;
  private boolean asked;
  private @Nullable Duration haltGrace;
  private boolean asksToEnd;
  private boolean interrupted;
  private long countedEnd = -1;

  /** Whether nobody has looked at it yet: what runs then was begun by somebody else. */
  private boolean isNew = true;

  ContainerRunner(PodSpec pod, ContainerSpec container, Part part, PodParts parts) {
    this.pod = pod;
    this.container = container;
    this.part = part;
    this.parts = parts;
    id = InstanceNames.of(pod.name(), container.name());
    restarts = new Backoff(parts.restarts());
    images = new Backoff(parts.images());
  }

  /** From now on instances are made as this says. */
  void change(PodSpec other) {
    pod = other;
    for (ContainerSpec one : other.allContainers()) {
      if (one.name().equals(container.name())) {
        container = one;
      }
    }
  }

  /** Does what is due. */
  void advance(long now) {
    ContainerInstance view = parts.instances().find(id).orElse(null);
    if (view != null && !isOurs(view)) {
      // The one of an earlier pod of this name.
      waiting("ContainerCreating", "");
      drop(view);
      return;
    }
    if (view == null) {
      isNew = false;
      create(now);
      return;
    }
    switch (view.step()) {
      case CREATING, STARTING -> waiting("ContainerCreating", "");
      case CREATED -> {
        waiting("ContainerCreating", "");
        parts.instances().start(id);
      }
      case FAILED -> failed(view, now);
      case RUNNING -> running(view, now);
      case ENDED -> ended(view, now);
    }
    isNew = false;
  }

  private void create(long now) {
    if (images.isWaiting(now)) {
      return;
    }
    try {
      asked = true;
      parts.instances().create(parts.specs().make(pod, container), container.pull());
      waiting("ContainerCreating", "");
    } catch (IOException | InvalidPathException e) {
      // A path may have letters that this system's locale cannot name.
      waiting("CreateContainerConfigError", String.valueOf(e.getMessage()));
      images.failed(now, 0);
    }
  }

  private void failed(ContainerInstance view, long now) {
    if (asked) {
      asked = false;
      images.failed(now, 0);
      waiting(view.reason(), view.message());
    } else if (images.isWaiting(now)) {
      waiting(
          view.reason().equals("ErrImagePull") ? "ImagePullBackOff" : view.reason(),
          view.message());
    } else {
      create(now);
    }
  }

  private void running(ContainerInstance view, long now) {
    images.reset();
    waiting("", "");
    if (probes == null || probedRun != view.startedMillis()) {
      // The pauses before the first probes are those of the run, not of its agent.
      probes = new ContainerProbes(container, isNew ? now - parts.instances().runAge(id) : now);
      probedRun = view.startedMillis();
      probeMessage = "";
      killing = false;
    }
    ContainerProbes current = probes;
    Optional<ProbeState> due = current.next(now);
    while (due.isPresent()) {
      ProbeState state = due.get();
      parts
          .probes()
          .begin(
              view.spec(),
              state.spec(),
              problem -> {
                problem.ifPresentOrElse(text -> state.result(text.isEmpty()), state::lost);
                probeMessage = problem.map(state::words).orElse(probeMessage);
              });
      due = current.next(now);
    }
    Optional<ProbeState> bad = current.failed();
    if (bad.isPresent() && !killing) {
      killing = true;
      kills = kills.and(bad.get().name());
      int grace = bad.get().spec().grace();
      parts.instances().stop(id, grace < 0 ? pod.stopGrace() : Duration.ofSeconds(grace));
    }
  }

  private void ended(ContainerInstance view, long now) {
    probes = null;
    if (!isStartedAgain(view)) {
      waiting("", "");
      return;
    }
    InstanceState.End end = view.lastEnd();
    long finished = end == null ? 0 : end.finishedMillis();
    if (countedEnd != finished) {
      if (countedEnd < 0) {
        // The agent may be new, and the container not.
        restarts.resume(view.restarts());
      }
      countedEnd = finished;
      // What could not be started has not run since 1970.
      long started = end == null || end.startedMillis() == 0 ? finished : end.startedMillis();
      restarts.failed(now, finished - started);
    }
    if (restarts.isWaiting(now)) {
      String why = end == null || end.message().isEmpty() ? "" : ": " + end.message();
      waiting("CrashLoopBackOff", "back-off restarting container " + container.name() + why);
    } else {
      waiting("ContainerCreating", "");
      parts.instances().start(id);
    }
  }

  private boolean isStartedAgain(ContainerInstance view) {
    if (haltGrace != null || part == Part.EPHEMERAL) {
      return false;
    }
    boolean bad = view.lastEnd() == null || view.lastEnd().code() != 0;
    return container.sidecar()
        || (pod.restart() == RestartRule.When.ALWAYS && part == Part.MAIN)
        || (pod.restart() != RestartRule.When.NEVER && bad);
  }

  private void waiting(String reason, String text) {
    waiting = reason;
    message = text;
  }

  private boolean isOurs(ContainerInstance view) {
    return pod.uid().equals(view.spec().labels().get(PodLabels.UID));
  }

  /** From now on it is ended, and stays as it ended. */
  void halt(Duration grace) {
    haltGrace = grace;
    asksToEnd = true;
  }

  /** If it has not ended yet, it has not done what it should. */
  void interrupt() {
    ContainerInstance view = parts.instances().find(id).orElse(null);
    interrupted = view != null && isOurs(view) && view.step() != ContainerInstance.Step.ENDED;
  }

  /** Whether it seems to have done what it should, but only ended as it was asked to. */
  private boolean isCutShort() {
    return interrupted
        && !container.sidecar()
        && (part == Part.INIT || pod.restart() == RestartRule.When.ON_FAILURE)
        && hasSucceeded();
  }

  /** Does what is due of that. */
  void advanceHalt() {
    ContainerInstance view = parts.instances().find(id).orElse(null);
    Duration grace = haltGrace;
    if (view == null || grace == null || !isOurs(view)) {
      return;
    }
    switch (view.step()) {
      case RUNNING -> {
        if (asksToEnd) {
          asksToEnd = false;
          parts.instances().stop(id, grace);
        }
      }
      // Once it runs it is asked to end.
      case STARTING -> asksToEnd = true;
      case ENDED -> {
        if (isCutShort()) {
          parts.instances().remove(id);
        }
      }
      default -> parts.instances().remove(id);
    }
  }

  boolean isHalted() {
    ContainerInstance view = parts.instances().find(id).orElse(null);
    return view == null
        || !isOurs(view)
        || (view.step() == ContainerInstance.Step.ENDED && !isCutShort());
  }

  /** Asks it to end, and forgets it when it has. */
  void drop() {
    Optional<ContainerInstance> view = parts.instances().find(id);
    if (view.isPresent()) {
      drop(view.get());
    }
  }

  private void drop(ContainerInstance view) {
    switch (view.step()) {
      case RUNNING, STARTING -> parts.instances().stop(id, view.spec().stopGrace());
      default -> parts.instances().remove(id);
    }
  }

  boolean isOf(ContainerSpec other) {
    return container.name().equals(other.name());
  }

  boolean isSidecar() {
    return container.sidecar();
  }

  /** Whether it was told to end. */
  boolean isHalting() {
    return haltGrace != null;
  }

  boolean isGone() {
    return parts.instances().find(id).isEmpty();
  }

  /** Whether there is an instance of this very pod. */
  boolean isPresent() {
    Optional<ContainerInstance> view = parts.instances().find(id);
    return view.isPresent() && isOurs(view.get());
  }

  /** Whether it ran to its end and did what it should. */
  boolean hasSucceeded() {
    ContainerInstance view = parts.instances().find(id).orElse(null);
    return view != null
        && isOurs(view)
        && view.step() == ContainerInstance.Step.ENDED
        && view.lastEnd() != null
        && view.lastEnd().code() == 0;
  }

  /** How long ago its instance was made, in ms. */
  long age() {
    return isPresent() ? parts.instances().age(id) : 0;
  }

  /** When {@link #advance} has something to do though nothing happened. */
  long due() {
    if (haltGrace != null) {
      return Long.MAX_VALUE;
    }
    long due = probes == null ? Long.MAX_VALUE : probes.due();
    return switch (waiting) {
      case "CrashLoopBackOff" -> Math.min(due, restarts.until());
      case "", "ContainerCreating", "PodInitializing" -> due;
      default -> Math.min(due, images.until());
    };
  }

  ContainerStatus status(boolean initialized) {
    ContainerInstance view = parts.instances().find(id).orElse(null);
    if (view == null || !isOurs(view)) {
      boolean early = waiting.isEmpty() && !initialized;
      String reason = early ? "PodInitializing" : waiting.isEmpty() ? "ContainerCreating" : waiting;
      return new ContainerStatus(
          container.name(),
          ContainerStatus.State.WAITING,
          reason,
          message,
          false,
          false,
          0,
          container.sidecar(),
          null,
          kills);
    }
    boolean runs = view.step() == ContainerInstance.Step.RUNNING;
    // A server would not believe that what it was told has succeeded runs again.
    boolean cut = isCutShort();
    boolean over = view.step() == ContainerInstance.Step.ENDED && !cut && !isStartedAgain(view);
    InstanceState.End end = view.lastEnd();
    String why = cut ? "ContainerCreating" : waiting;
    String reason = over && end != null ? end.reason() : runs ? "" : why;
    ContainerProbes current = runs && probedRun == view.startedMillis() ? probes : null;
    return new ContainerStatus(
        container.name(),
        runs
            ? ContainerStatus.State.RUNNING
            : over ? ContainerStatus.State.TERMINATED : ContainerStatus.State.WAITING,
        reason,
        over && end != null ? end.message() : runs ? probeMessage : message,
        current != null && current.isStarted(),
        current != null && current.isReady() && !killing && part != Part.EPHEMERAL,
        view.restarts(),
        container.sidecar(),
        end,
        kills);
  }
}
