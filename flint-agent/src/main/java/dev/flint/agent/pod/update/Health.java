package dev.flint.agent.pod.update;

import dev.flint.agent.backend.Exit;
import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.pod.run.ContainerStatus;
import dev.flint.agent.pod.run.PodStatus;
import java.util.HashMap;
import java.util.Map;

/** What the states of its containers say of how well a pod is. */
final class Health {
  private Health() {}

  /** Whether all containers are ready, or ended well. */
  static boolean isWell(PodStatus pod) {
    return pod.initialized() && trouble(pod).isEmpty();
  }

  /** What keeps it from being well. */
  static String trouble(PodStatus pod) {
    for (ContainerStatus init : pod.initContainers()) {
      boolean done = code(init) == 0 && init.state() == ContainerStatus.State.TERMINATED;
      if (!done && !init.sidecar()) {
        return "init container " + init.name() + " has not succeeded" + details(init);
      }
    }
    for (ContainerStatus container : pod.lasting()) {
      boolean runs = container.state() == ContainerStatus.State.RUNNING;
      boolean well = runs ? container.ready() : code(container) == 0;
      if (!well) {
        return "container " + container.name() + " is not ready" + details(container);
      }
    }
    return "";
  }

  /**
   * Which container crashed and how; empty if none did. An init container may fail and be tried
   * again, and an end that nobody saw is held against nobody.
   *
   * @param spared ends that do not count
   */
  static String crash(PodStatus pod, Map<String, String> spared) {
    for (ContainerStatus init : pod.initContainers()) {
      boolean ended = init.state() == ContainerStatus.State.TERMINATED && !init.sidecar();
      if (ended && isBad(init, spared)) {
        return "init container " + init.name() + " ended" + details(init);
      }
    }
    for (ContainerStatus container : pod.lasting()) {
      if (isBad(container, spared)) {
        return "container " + container.name() + " ended" + details(container);
      }
    }
    return "";
  }

  /** What the device could not start, such as while containerd is away, is tried again. */
  private static boolean isBad(ContainerStatus container, Map<String, String> spared) {
    InstanceState.End end = container.lastEnd();
    return end != null
        && end.code() != 0
        && !end.reason().equals(Exit.Reason.LOST.text())
        && end.code() != Exit.NOT_STARTED
        && !Long.toString(end.finishedMillis()).equals(spared.get(container.name()));
  }

  /** The last ends, as a trial spares them. */
  static Map<String, String> ends(PodStatus pod) {
    Map<String, String> ends = new HashMap<>();
    for (ContainerStatus container : pod.lasting()) {
      if (container.lastEnd() != null) {
        ends.put(container.name(), Long.toString(container.lastEnd().finishedMillis()));
      }
    }
    return ends;
  }

  /** How often any of its containers was started again. */
  static int restarts(PodStatus pod) {
    int restarts = 0;
    for (ContainerStatus container : pod.lasting()) {
      restarts += container.restarts();
    }
    return restarts;
  }

  private static int code(ContainerStatus container) {
    return container.lastEnd() == null ? -1 : container.lastEnd().code();
  }

  private static String details(ContainerStatus container) {
    InstanceState.End end = container.lastEnd();
    String message = container.message();
    if (end != null && end.code() != 0) {
      message = "exit code " + end.code() + " (" + end.reason() + ")";
      message = end.message().isEmpty() ? message : message + ", " + end.message();
    } else if (!container.reason().isEmpty()) {
      message = container.reason() + (message.isEmpty() ? "" : ", " + message);
    }
    return message.isEmpty() ? "" : ": " + message;
  }
}
