package dev.flint.agent.node;

import dev.flint.agent.pod.run.ContainerStatus;
import dev.flint.agent.pod.run.PodStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Says in the agent's log why a container cannot be started, each reason once until it runs: on a
 * device without a cluster nobody else does. For one thread.
 */
final class Complaints {
  /** On its way, or in its own log. */
  private static final Set<String> USUAL =
      Set.of("", "ContainerCreating", "PodInitializing", "CrashLoopBackOff");

  private final Consumer<String> warnings;

  /** What was said of containers that have not run since, by their names. */
  private Map<String, String> said = Map.of();

  Complaints(Consumer<String> warnings) {
    this.warnings = warnings;
  }

  void look(List<PodView> pods) {
    Map<String, String> now = new HashMap<>();
    for (PodView view : pods) {
      PodStatus status = view.status();
      for (ContainerStatus container : status.initContainers()) {
        look(view, container, now);
      }
      for (ContainerStatus container : status.containers()) {
        look(view, container, now);
      }
    }
    said = now;
  }

  private void look(PodView view, ContainerStatus container, Map<String, String> now) {
    if (container.state() != ContainerStatus.State.WAITING) {
      return;
    }
    String key = view.pod().name() + "/" + container.name();
    String before = said.get(key);
    String message = container.message();
    if (USUAL.contains(container.reason()) || message.isEmpty()) {
      // It is tried again.
      if (before != null) {
        now.put(key, before);
      }
      return;
    }
    now.put(key, message);
    if (!message.equals(before)) {
      warnings.accept(
          "pod " + view.pod().name().name() + ", container " + container.name() + ": " + message);
    }
  }
}
