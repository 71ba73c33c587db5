package dev.flint.agent.pod.update;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.pod.run.ContainerStatus;
import dev.flint.agent.pod.run.ContainerStatus.State;
import dev.flint.agent.pod.run.PodStatus;
import dev.flint.agent.pod.run.ProbeKills;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HealthTest {
  private static PodStatus beside(State state, boolean ready, int code) {
    InstanceState.End end = code < 0 ? null : new InstanceState.End(code, "Error", "", 1, 2);
    ContainerStatus sidecar =
        new ContainerStatus(
            "s", state, "", "", ready, ready, code < 0 ? 0 : 1, true, end, ProbeKills.NONE);
    ContainerStatus main = new ContainerStatus("m", State.RUNNING, "", "", true, true, 0, null);
    return PodStatus.of(List.of(sidecar), List.of(main));
  }

  /** It runs on, so it need not have ended as other init containers. */
  @Test
  void aSidecarIsWellWhileItIsReady() {
    assertEquals("", Health.trouble(beside(State.RUNNING, true, -1)));
    assertEquals("container s is not ready", Health.trouble(beside(State.RUNNING, false, -1)));
    assertEquals("", Health.crash(beside(State.RUNNING, true, -1), Map.of()));
  }

  @Test
  void aSidecarThatCrashesHasCrashed() {
    PodStatus pod = beside(State.RUNNING, true, 3);
    assertEquals("container s ended: exit code 3 (Error)", Health.crash(pod, Map.of()));
    assertEquals(1, Health.restarts(pod));
    assertEquals("", Health.crash(pod, Health.ends(pod)));
  }
}
