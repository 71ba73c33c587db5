package dev.flint.agent.pod.run;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said of a pod (Kubernetes, "Pod Lifecycle").
 *
 * @param reason in one word, or empty
 * @param message for people, or empty
 * @param ephemeral those that look into the others, and make nothing else of the pod
 */
public record PodStatus(
    Phase phase,
    String reason,
    String message,
    boolean initialized,
    boolean ready,
    List<ContainerStatus> initContainers,
    List<ContainerStatus> containers,
    List<ContainerStatus> ephemeral) {
  /** The phases of Kubernetes. */
  public enum Phase {
    /** Not all containers have been started once. */
    PENDING("Pending"),
    /** At least one runs, or will be started again. */
    RUNNING("Running"),
    /** All ended with 0, for good. */
    SUCCEEDED("Succeeded"),
    /** All ended for good, one of them not with 0. */
    FAILED("Failed");

    private final String word;

    Phase(String word) {
      this.word = word;
    }

    /** As Kubernetes spells it. */
    public String word() {
      return word;
    }
  }

  /** Copies the lists. */
  public PodStatus {
    initContainers = List.copyOf(initContainers);
    containers = List.copyOf(containers);
    ephemeral = List.copyOf(ephemeral);
  }

  /** What the states of its containers make of a pod that nobody looks into. */
  public static PodStatus of(
      List<ContainerStatus> initContainers, List<ContainerStatus> containers) {
    return of(initContainers, containers, List.of(), false);
  }

  /**
   * What the states of its containers make of a pod.
   *
   * @param looked whether something of the ephemeral containers is still there to be ended
   */
  static PodStatus of(
      List<ContainerStatus> initContainers,
      List<ContainerStatus> containers,
      List<ContainerStatus> ephemeral,
      boolean looked) {
    boolean initialized = true;
    boolean initFailed = false;
    boolean besides = looked;
    boolean sidecarsReady = true;
    for (ContainerStatus status : initContainers) {
      boolean ended = status.state() == ContainerStatus.State.TERMINATED;
      if (status.sidecar()) {
        initialized &= status.started();
        sidecarsReady &= status.ready();
        besides |= status.state() == ContainerStatus.State.RUNNING;
      } else {
        initialized &= ended && code(status) == 0;
        initFailed |= ended && code(status) != 0;
      }
    }
    // A sidecar that is started anew takes nothing back.
    initialized |= haveBegun(containers);
    Phase alone = initFailed ? Phase.FAILED : initialized ? ofMains(containers) : Phase.PENDING;
    // Nothing of a pod that is over runs.
    Phase phase = besides && isOver(alone) ? Phase.RUNNING : alone;
    boolean ready = phase == Phase.RUNNING && sidecarsReady;
    for (ContainerStatus status : containers) {
      ready &= status.ready();
    }
    ContainerStatus telling = telling(initContainers, containers);
    return new PodStatus(
        phase,
        telling == null ? "" : telling.reason(),
        telling == null ? "" : telling.message(),
        initialized,
        ready,
        initContainers,
        containers,
        ephemeral);
  }

  /** The same with something else to say first; what containers have to say they say themselves. */
  public PodStatus saying(String otherReason, String otherMessage) {
    return new PodStatus(
        phase,
        otherReason,
        otherMessage,
        initialized,
        ready,
        initContainers,
        containers,
        ephemeral);
  }

  /** The same, of a pod that has failed for a reason of its own. */
  PodStatus failing(String otherReason, String otherMessage) {
    return new PodStatus(
        Phase.FAILED,
        otherReason,
        otherMessage,
        initialized,
        false,
        initContainers,
        containers,
        ephemeral);
  }

  private static boolean isOver(Phase phase) {
    return phase == Phase.SUCCEEDED || phase == Phase.FAILED;
  }

  private static boolean haveBegun(List<ContainerStatus> containers) {
    for (ContainerStatus status : containers) {
      if (status.state() != ContainerStatus.State.WAITING || status.end().isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** Those that run side by side: sidecars, and all that are no init containers. */
  public List<ContainerStatus> lasting() {
    List<ContainerStatus> out = new ArrayList<>();
    for (ContainerStatus status : initContainers) {
      if (status.sidecar()) {
        out.add(status);
      }
    }
    out.addAll(containers);
    return out;
  }

  /** Whether all but sidecars have ended for good, so that those are to end too. */
  boolean leavesSidecars() {
    boolean initFailed = false;
    for (ContainerStatus status : initContainers) {
      boolean ended = status.state() == ContainerStatus.State.TERMINATED;
      initFailed |= !status.sidecar() && ended && code(status) != 0;
    }
    return initFailed || isOver(ofMains(containers));
  }

  private static Phase ofMains(List<ContainerStatus> containers) {
    boolean running = false;
    boolean pending = false;
    boolean failed = false;
    for (ContainerStatus status : containers) {
      switch (status.state()) {
        case RUNNING -> running = true;
        case WAITING -> {
          if (status.end().isPresent()) {
            running = true;
          } else {
            pending = true;
          }
        }
        case TERMINATED -> failed |= code(status) != 0;
      }
    }
    if (pending) {
      return Phase.PENDING;
    }
    if (running) {
      return Phase.RUNNING;
    }
    return failed ? Phase.FAILED : Phase.SUCCEEDED;
  }

  /** The first container that has something to say. */
  private static @Nullable ContainerStatus telling(
      List<ContainerStatus> initContainers, List<ContainerStatus> containers) {
    List<ContainerStatus> all = new ArrayList<>(initContainers);
    all.addAll(containers);
    for (ContainerStatus status : all) {
      boolean waits = status.state() == ContainerStatus.State.WAITING;
      boolean usual = status.reason().equals("PodInitializing");
      boolean failed =
          !status.sidecar()
              && status.state() == ContainerStatus.State.TERMINATED
              && code(status) != 0;
      if ((waits && !usual) || failed) {
        return status;
      }
    }
    return null;
  }

  private static int code(ContainerStatus status) {
    return status.end().isPresent() ? status.end().get().code() : -1;
  }
}
