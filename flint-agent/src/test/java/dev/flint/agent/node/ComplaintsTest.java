package dev.flint.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.http.TestPods;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.PodParser;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.run.ContainerStatus;
import dev.flint.agent.pod.run.ContainerStatus.State;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComplaintsTest {
  private final List<String> said = new ArrayList<>();
  private final Complaints complaints = new Complaints(said::add);
  private final PodSpec pod = pod();

  private static PodSpec pod() {
    String json =
        """
        {"metadata": {"name": "web", "uid": "u"},
          "spec": {"containers": [{"name": "app", "image": "i"}]}}
        """;
    try {
      return PodParser.parse(
          JsonObject.parse(json.getBytes(StandardCharsets.UTF_8), "pod"), PodOrigin.FILE);
    } catch (FlintException e) {
      throw new AssertionError(e);
    }
  }

  /** What is said then. */
  private List<String> look(State state, String reason, String message) {
    said.clear();
    boolean runs = state == State.RUNNING;
    complaints.look(
        List.of(
            TestPods.view(
                pod, new ContainerStatus("app", state, reason, message, runs, runs, 0, null))));
    return List.copyOf(said);
  }

  @Test
  void eachReasonIsSaidOnceUntilItRuns() {
    List<String> refused = List.of("pod web, container app: cannot connect to r");
    assertEquals(List.of(), look(State.WAITING, "ContainerCreating", ""));
    assertEquals(refused, look(State.WAITING, "ErrImagePull", "cannot connect to r"));
    assertEquals(List.of(), look(State.WAITING, "ImagePullBackOff", "cannot connect to r"));
    assertEquals(List.of(), look(State.WAITING, "ContainerCreating", ""), "it is tried again");
    assertEquals(List.of(), look(State.WAITING, "ErrImagePull", "cannot connect to r"));
    assertEquals(
        List.of("pod web, container app: no such image"),
        look(State.WAITING, "ErrImagePull", "no such image"));
    assertEquals(List.of(), look(State.RUNNING, "", ""));
    assertEquals(refused, look(State.WAITING, "ErrImagePull", "cannot connect to r"));
  }

  @Test
  void whatItsOwnLogTellsIsLeftToThat() {
    assertEquals(List.of(), look(State.WAITING, "CrashLoopBackOff", "back-off"));
    assertEquals(List.of(), look(State.TERMINATED, "Error", "the end of its log"));
  }

  @Test
  void podsThatGoAreForgotten() {
    assertEquals(1, look(State.WAITING, "CreateContainerConfigError", "no ConfigMap").size());
    complaints.look(List.of());
    assertEquals(1, look(State.WAITING, "CreateContainerConfigError", "no ConfigMap").size());
  }
}
