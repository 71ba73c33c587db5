package dev.flint.agent.http;

import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.run.ContainerStatus;
import dev.flint.agent.pod.run.PodStatus;
import dev.flint.agent.pod.update.UpdateStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Numbers of pods. */
final class PodMetrics {
  private static final String PHASE = "flint_pod_phase";
  private static final String UPDATE = "flint_pod_update";

  private final List<PodView> pods;

  PodMetrics(List<PodView> pods) {
    this.pods = pods;
  }

  void write(MetricsText text) throws IOException {
    text.family(PHASE, "stateset", "", "Where the pod is.");
    for (PodView pod : pods) {
      for (PodStatus.Phase phase : PodStatus.Phase.values()) {
        text.sample(
            "",
            labels(pod) + "," + MetricsText.label(PHASE, phase.word()),
            pod.status().phase() == phase ? 1 : 0);
      }
    }
    text.family(UPDATE, "stateset", "", "Where the update of a changed pod is.");
    for (PodView pod : pods) {
      for (UpdateStatus.Step step : UpdateStatus.Step.values()) {
        text.sample(
            "",
            labels(pod) + "," + MetricsText.label(UPDATE, step.word()),
            pod.update().step() == step ? 1 : 0);
      }
    }
    text.family(
        "flint_pod_rollbacks", "counter", "", "How often what ran before was gone back to.");
    for (PodView pod : pods) {
      text.sample("_total", labels(pod), pod.update().rollbacks());
    }
    text.family("flint_pod_ready", "gauge", "", "Whether all containers are ready.");
    for (PodView pod : pods) {
      text.sample("", labels(pod), pod.status().ready() ? 1 : 0);
    }
    text.family(
        "flint_container_waiting", "gauge", "", "Why a container does not run; absent if it does.");
    for (PodView pod : pods) {
      for (ContainerStatus container : containers(pod)) {
        if (container.state() == ContainerStatus.State.WAITING) {
          text.sample(
              "",
              container(pod, container) + "," + MetricsText.label("reason", container.reason()),
              1);
        }
      }
    }
    text.family("flint_container_ready", "gauge", "", "Whether it runs and its probes succeed.");
    for (PodView pod : pods) {
      for (ContainerStatus container : containers(pod)) {
        text.sample("", container(pod, container), container.ready() ? 1 : 0);
      }
    }
  }

  private static List<ContainerStatus> containers(PodView pod) {
    List<ContainerStatus> all = new ArrayList<>(pod.status().initContainers());
    all.addAll(pod.status().containers());
    return all;
  }

  private static String labels(PodView pod) {
    return MetricsText.label("namespace", pod.pod().name().namespace())
        + ","
        + MetricsText.label("pod", pod.pod().name().name());
  }

  private static String container(PodView pod, ContainerStatus container) {
    return labels(pod) + "," + MetricsText.label("container", container.name());
  }
}
