package dev.flint.agent.pod.run;

import dev.flint.agent.instance.InstanceState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is said of a container.
 *
 * @param reason in the words of Kubernetes, for one that waits or has ended
 * @param message for people, or empty
 * @param started whether its startup probe, if there is one, has succeeded
 * @param ready whether it runs and its readiness probe, if there is one, succeeds
 * @param sidecar whether it is an init container that runs on
 * @param lastEnd how its last run ended
 * @param kills how often it was ended for its probes
 */
public record ContainerStatus(
    String name,
    State state,
    String reason,
    String message,
    boolean started,
    boolean ready,
    int restarts,
    boolean sidecar,
    InstanceState.@Nullable End lastEnd,
    ProbeKills kills) {
  /** That of one that is no sidecar, and whose probes have not failed. */
  public ContainerStatus(
      String name,
      State state,
      String reason,
      String message,
      boolean started,
      boolean ready,
      int restarts,
      InstanceState.@Nullable End lastEnd) {
    this(name, state, reason, message, started, ready, restarts, false, lastEnd, ProbeKills.NONE);
  }

  /** The three states of Kubernetes. */
  public enum State {
    /** Not running, but it will. */
    WAITING,
    /** Running. */
    RUNNING,
    /** Ended, and not started again. */
    TERMINATED
  }

  /** How its last run ended. */
  public Optional<InstanceState.End> end() {
    return Optional.ofNullable(lastEnd);
  }
}
