package dev.flint.agent.kube.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.kube.event.ObjectEvent;
import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.run.ContainerStatus;
import dev.flint.agent.pod.run.ContainerStatus.State;
import dev.flint.agent.pod.run.PodStatus;
import dev.flint.agent.pod.run.ProbeKills;
import dev.flint.agent.pod.update.UpdateStatus;
import dev.flint.oci.json.JsonItem;
import dev.flint.oci.yaml.YamlReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class PodEventsTest {
  private final List<ObjectEvent> told = new ArrayList<>();
  private final PodEvents events = new PodEvents(told::add);
  private String pod = "";
  private ProbeKills kills = ProbeKills.NONE;

  private ApiPod pod() throws IOException {
    String text =
        "{apiVersion: v1, kind: Pod, metadata: {namespace: default, name: web, uid: u1"
            + pod
            + "}, spec: {containers: [{name: app, image: 'lan/app:1'}]}}";
    return ApiPod.read(
        JsonItem.whole(YamlReader.read(text.getBytes(StandardCharsets.UTF_8), "pod").get(0)));
  }

  /** What is told when the container is like this. */
  private List<String> look(State state, String reason, String message, int restarts)
      throws IOException {
    ApiPod now = pod();
    InstanceState.End end = null;
    ContainerStatus status =
        new ContainerStatus("app", state, reason, message, true, true, restarts, false, end, kills);
    PodView view =
        new PodView(
            Objects.requireNonNull(now.spec()),
            PodStatus.of(List.of(), List.of(status)),
            UpdateStatus.NONE,
            false);
    events.look(List.of(now), Map.of(now.name(), view));
    List<String> lines =
        told.stream()
            .map(
                event ->
                    (event.warning() ? "Warning " : "Normal ")
                        + event.reason()
                        + " "
                        + event.fieldPath()
                        + " "
                        + event.message())
            .toList();
    told.clear();
    return lines;
  }

  private static String of(String type, String message) {
    return type + " spec.containers{app} " + message;
  }

  @Test
  void whyAPodHasFailedIsToldOnce() throws IOException {
    look(State.RUNNING, "", "", 0);
    ApiPod now = pod();
    ContainerStatus app = new ContainerStatus("app", State.RUNNING, "", "", true, true, 0, null);
    for (String reason : List.of("Evicted", "Evicted", "DeadlineExceeded")) {
      PodStatus status = PodStatus.of(List.of(), List.of(app)).saying(reason, "low on memory. ");
      PodView view =
          new PodView(Objects.requireNonNull(now.spec()), status, UpdateStatus.NONE, false);
      events.look(List.of(now), Map.of(now.name(), view));
    }
    assertEquals(
        List.of(new ObjectEvent(now.name(), "u1", "", true, "Evicted", "low on memory.")), told);
  }

  @Test
  void theLifeOfAContainerIsTold() throws IOException {
    assertEquals(
        List.of(of("Normal Pulling", "Pulling image \"lan/app:1\"")),
        look(State.WAITING, "ContainerCreating", "", 0));
    assertEquals(List.of(), look(State.WAITING, "ContainerCreating", "", 0));
    assertEquals(
        List.of(
            of("Normal Pulled", "Container image \"lan/app:1\" is present on machine"),
            of("Normal Created", "Created container: app"),
            of("Normal Started", "Started container app")),
        look(State.RUNNING, "", "", 0));
    assertEquals(
        List.of(of("Warning Unhealthy", "Liveness probe failed: 503")),
        look(State.RUNNING, "", "Liveness probe failed: 503", 0));
    assertEquals(List.of(), look(State.RUNNING, "", "Liveness probe failed: 503", 0));
    assertEquals(
        List.of(
            of(
                "Warning BackOff",
                "Back-off restarting failed container app in pod web_default(u1)")),
        look(State.WAITING, "CrashLoopBackOff", "x", 1));
    assertEquals(
        List.of(of("Normal Started", "Started container app")), look(State.RUNNING, "", "", 2));
    pod = ", deletionTimestamp: '2026-03-04T05:06:07Z', deletionGracePeriodSeconds: 30";
    assertEquals(
        List.of(of("Normal Killing", "Stopping container app")), look(State.RUNNING, "", "", 2));
    assertEquals(List.of(), look(State.RUNNING, "", "", 2));
  }

  /** Whether or not it is seen while it ends. */
  @Test
  void thatAContainerIsEndedForItsProbeIsToldOnce() throws IOException {
    look(State.RUNNING, "", "", 0);
    kills = new ProbeKills(1, "liveness");
    String killing = of("Normal Killing", "Container app failed liveness probe, will be restarted");
    assertEquals(
        List.of(of("Warning Unhealthy", "Liveness probe failed: 503"), killing),
        look(State.RUNNING, "", "Liveness probe failed: 503", 0));
    assertEquals(List.of(), look(State.WAITING, "ContainerCreating", "", 0));
    assertEquals(
        List.of(of("Normal Started", "Started container app")), look(State.RUNNING, "", "", 1));
    kills = new ProbeKills(2, "startup");
    assertEquals(
        List.of(
            of("Normal Killing", "Container app failed startup probe, will be restarted"),
            of("Normal Started", "Started container app")),
        look(State.RUNNING, "", "", 2));
  }

  @Test
  void whatGoesWrongIsTold() throws IOException {
    assertEquals(
        List.of(
            of("Warning Failed", "Failed to pull image \"lan/app:1\": no such image"),
            of("Warning Failed", "Error: ErrImagePull")),
        look(State.WAITING, "ErrImagePull", "no such image", 0));
    assertEquals(
        List.of(
            of("Normal BackOff", "Back-off pulling image \"lan/app:1\""),
            of("Warning Failed", "Error: ImagePullBackOff")),
        look(State.WAITING, "ImagePullBackOff", "no such image", 0));
    assertEquals(
        List.of(
            "Warning FailedMount  MountVolume.SetUp failed for volume \"cfg\" : configmap \"c\" not"
                + " found"),
        look(
            State.WAITING,
            "CreateContainerConfigError",
            "pod web: volume cfg: configmap \"c\" not found",
            0));
    assertEquals(
        List.of(of("Warning UnsupportedBackend", "it is for osv")),
        look(State.WAITING, "UnsupportedBackend", "it is for osv", 0));
  }

  @Test
  void aPodWithoutRoomIsToldOnce() throws IOException {
    ApiPod refused = pod().refused(new Refusal(true, "OutOfmemory", "too little"));
    events.look(List.of(refused), Map.of());
    events.look(List.of(refused), Map.of());
    assertEquals(
        List.of(new ObjectEvent(refused.name(), "u1", "", true, "OutOfmemory", "too little")),
        told);
  }

  /** An agent that is started anew has not started what runs. */
  @Test
  void whatAnEarlierAgentHasBegunIsNotToldAgain() throws IOException {
    pod = "}, status: {startTime: '2026-03-04T05:06:07Z'";
    assertEquals(List.of(), look(State.RUNNING, "", "", 0));
  }
}
