package dev.flint.agent.http;

import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.launch.PodInstances;
import dev.flint.agent.pod.run.ContainerStatus;
import dev.flint.agent.pod.run.ContainerStatus.State;
import dev.flint.agent.pod.run.PodStatus;
import dev.flint.agent.pod.update.UpdateStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pods in states of a test's choice. */
public final class TestPods {
  private TestPods() {}

  public static ContainerStatus status(
      String name, State state, String reason, InstanceState.@Nullable End end) {
    boolean runs = state == State.RUNNING;
    return new ContainerStatus(name, state, reason, "", runs, runs, end == null ? 0 : 2, end);
  }

  public static PodView view(PodSpec pod, ContainerStatus... containers) {
    return new PodView(pod, PodStatus.of(List.of(), List.of(containers)), UpdateStatus.NONE, false);
  }

  /** One whose change was taken back twice. */
  public static PodView rolledBack(PodSpec pod, ContainerStatus... containers) {
    UpdateStatus update = new UpdateStatus(UpdateStatus.Step.ROLLED_BACK, "it crashed", 2);
    return new PodView(pod, view(pod, containers).status(), update, false);
  }

  /** Its containers as instances. */
  public static List<InstanceSpec> instances(PodSpec pod) throws IOException {
    return new ArrayList<>(
        new PodInstances(pod, ConfigObjects.of(List.of()), TestAgent.HOST).all(Map.of()));
  }
}
