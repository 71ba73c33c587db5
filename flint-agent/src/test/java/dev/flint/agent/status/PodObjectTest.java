package dev.flint.agent.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.http.TestAgent;
import dev.flint.agent.http.TestPods;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.InstanceState.End;
import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.pod.run.ContainerStatus;
import dev.flint.agent.pod.run.ContainerStatus.State;
import dev.flint.agent.pod.run.PodStatus;
import dev.flint.agent.pod.update.UpdateStatus;
import dev.flint.oci.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodObjectTest {
  private static final End FAILED = new End(3, "Error", "guest said 3", 1000, 2500);

  @TempDir private Path folder;
  private TestAgent agent;

  @BeforeEach
  void begin() throws Exception {
    agent = new TestAgent(folder);
  }

  @AfterEach
  void end() throws Exception {
    agent.close();
  }

  private static PodSpec pod() throws Exception {
    return Pods.pod(
        """
        metadata: {name: web, namespace: shop, labels: {app: x}}
        spec:
          containers:
          - {name: a, image: 'lan:5000/x/a:1', env: [{name: K, value: s3cret}]}
          - {name: b, image: 'b@sha256:ab'}
        """);
  }

  private JsonObject onlyPod() throws Exception {
    JsonObject list = agent.json("/pods");
    assertEquals("PodList", list.requiredString("kind"));
    assertEquals("v1", list.requiredString("apiVersion"));
    assertEquals(1, list.objects("items").size());
    return list.objects("items").get(0);
  }

  private static JsonObject member(JsonObject json, String outer, String inner) throws Exception {
    return json.object(outer).orElseThrow().object(inner).orElseThrow();
  }

  @Test
  void followsTheDevicesAddress() throws Exception {
    String[] address = {""};
    HostFacts host = new HostFacts("node1", () -> address[0], 2, 1 << 30);
    PodView view = TestPods.view(pod(), TestPods.status("a", State.RUNNING, "", null));
    PodObject objects = new PodObject(agent.supervisor);
    assertEquals("", objects.status(view, host).string("hostIP").orElse(""));
    address[0] = "10.0.0.7";
    assertEquals("10.0.0.7", objects.status(view, host).requiredString("hostIP"));
    address[0] = "10.0.0.8";
    assertEquals("10.0.0.8", objects.status(view, host).requiredString("hostIP"));
  }

  @Test
  void listsNothing() throws Exception {
    assertTrue(agent.json("/pods").objects("items").isEmpty());
  }

  @Test
  void saysWhatThePodIs() throws Exception {
    agent.pods.pods = List.of(TestPods.view(pod(), TestPods.status("a", State.RUNNING, "", null)));
    JsonObject metadata = onlyPod().object("metadata").orElseThrow();
    assertEquals("shop", metadata.requiredString("namespace"));
    assertEquals(pod().uid(), metadata.requiredString("uid"));
    assertEquals(Map.of("app", "x"), metadata.stringMap("labels"));
    JsonObject spec = onlyPod().object("spec").orElseThrow();
    assertEquals("lan:5000/x/a:1", spec.objects("containers").get(0).requiredString("image"));
    assertEquals("Always", spec.requiredString("restartPolicy"));
    assertFalse(agent.get("/pods").body().contains("s3cret"));
  }

  @Test
  void saysWhereItsContainersAre() throws Exception {
    InstanceSpec first = TestPods.instances(pod()).get(0);
    agent.run(first);
    agent.pods.pods =
        List.of(
            TestPods.view(
                pod(),
                TestPods.status("a", State.RUNNING, "", FAILED),
                TestPods.status("b", State.WAITING, "ErrImagePull", null)));
    JsonObject status = onlyPod().object("status").orElseThrow();
    assertEquals("Pending", status.requiredString("phase"));
    assertEquals("ErrImagePull", status.requiredString("reason"));
    assertTrue(status.string("startTime").isPresent());
    assertEquals("198.18.0.9", status.requiredString("podIP"));
    assertEquals("198.18.0.9", status.objects("podIPs").get(0).requiredString("ip"));
    JsonObject ready = status.objects("conditions").get(4);
    assertEquals(
        "{\"type\":\"Ready\",\"status\":\"False\",\"reason\":\"ContainersNotReady\","
            + "\"message\":\"containers with unready status: [b]\"}",
        ready.toString());
    JsonObject a = status.objects("containerStatuses").get(0);
    String digest = agent.supervisor.find(first.id()).orElseThrow().image().manifest().toString();
    assertEquals("fake://shop_web_a", a.requiredString("containerID"));
    assertEquals("lan:5000/x/a@" + digest, a.requiredString("imageID"));
    assertEquals(2, a.integer("restartCount").orElseThrow());
    assertTrue(a.flag("ready"));
    assertTrue(member(a, "state", "running").has("startedAt"), a.toString());
    assertEquals(
        "{\"exitCode\":3,\"reason\":\"Error\",\"message\":\"guest said 3\","
            + "\"startedAt\":\"1970-01-01T00:00:01Z\",\"finishedAt\":\"1970-01-01T00:00:02Z\","
            + "\"containerID\":\"fake://shop_web_a\"}",
        member(a, "lastState", "terminated").toString());
    JsonObject b = status.objects("containerStatuses").get(1);
    assertEquals("{\"waiting\":{\"reason\":\"ErrImagePull\"}}", b.object("state").get().toString());
    assertEquals("", b.requiredString("imageID"));
  }

  private JsonObject statusAt(String address, String network) throws Exception {
    PodSpec pod =
        Pods.pod(
            "metadata: {name: web, annotations: {flint.dev/network: '"
                + network
                + "'}}\nspec: {containers: [{name: a, image: i}]}");
    InstanceSpec only = TestPods.instances(pod).get(0);
    if (agent.supervisor.find(only.id()).isEmpty()) {
      agent.runAtHost(only);
    }
    PodView view = TestPods.view(pod, TestPods.status("a", State.RUNNING, "", null));
    return new PodObject(agent.supervisor)
        .status(view, new HostFacts("node1", address, 2, 1 << 30));
  }

  @Test
  void aPodOnTheHostsNetworkHasItsAddress() throws Exception {
    JsonObject status = statusAt("10.0.0.7", "host");
    assertEquals("10.0.0.7", status.requiredString("hostIP"));
    assertEquals("10.0.0.7", status.objects("hostIPs").get(0).requiredString("ip"));
    assertEquals("10.0.0.7", status.requiredString("podIP"));
    assertEquals("10.0.0.7", status.objects("podIPs").get(0).requiredString("ip"));
    assertFalse(statusAt("", "host").has("podIP"));
  }

  @Test
  void aPodElsewhereHasNot() throws Exception {
    assertFalse(statusAt("10.0.0.7", "tap:tap0").has("podIP"));
  }

  private String readyToStart(ContainerStatus... containers) throws Exception {
    agent.pods.pods = List.of(TestPods.view(pod(), containers));
    return onlyPod().object("status").orElseThrow().objects("conditions").get(0).toString();
  }

  /** As a kubelet says it once there is a network, and no more when all is over. */
  @Test
  void saysWhetherContainersCanBeStarted() throws Exception {
    String yes = "{\"type\":\"PodReadyToStartContainers\",\"status\":\"True\"}";
    String no = yes.replace("True", "False");
    ContainerStatus waits = TestPods.status("b", State.WAITING, "ContainerCreating", null);
    End neverBegun = new End(125, "ContainerCannotRun", "no network", 0, 2500);
    assertEquals(no, readyToStart(waits));
    assertEquals(no, readyToStart(TestPods.status("a", State.WAITING, "Error", neverBegun), waits));
    assertEquals(yes, readyToStart(TestPods.status("a", State.RUNNING, "", null), waits));
    assertEquals(yes, readyToStart(TestPods.status("a", State.WAITING, "Error", FAILED), waits));
    assertEquals(no, readyToStart(TestPods.status("a", State.TERMINATED, "Error", FAILED)));
  }

  @Test
  void saysWhetherItIsWhatItsFileSays() throws Exception {
    ContainerStatus a = TestPods.status("a", State.RUNNING, "", null);
    agent.pods.pods = List.of(TestPods.view(pod(), a));
    assertEquals(
        "{\"type\":\"flint.dev/UpToDate\",\"status\":\"True\"}",
        onlyPod().object("status").orElseThrow().objects("conditions").get(5).toString());
    agent.pods.pods = List.of(TestPods.rolledBack(pod(), a));
    assertEquals(
        "{\"type\":\"flint.dev/UpToDate\",\"status\":\"False\","
            + "\"reason\":\"UpdateRolledBack\",\"message\":\"it crashed\"}",
        onlyPod().object("status").orElseThrow().objects("conditions").get(5).toString());
  }

  /** All of a pod have 12 KiB, as with a kubelet; a character is there or not. */
  @Test
  void saysWhatContainersHaveSaidAtTheirEnd() throws Exception {
    End end = new End(3, "Error", "guest said 3", "x" + "\u00e9\n".repeat(2047), 1, 2);
    PodSpec pod =
        Pods.spec(
            "containers: [{name: a, image: i}, {name: b, image: i}, {name: c, image: i},"
                + " {name: d, image: i}, {name: e, image: i}]");
    agent.pods.pods =
        List.of(
            TestPods.view(
                pod,
                TestPods.status("a", State.TERMINATED, "Error", end),
                TestPods.status("b", State.RUNNING, "", end)));
    List<JsonObject> statuses =
        onlyPod().object("status").orElseThrow().objects("containerStatuses");
    String words = member(statuses.get(0), "state", "terminated").requiredString("message");
    assertEquals("x" + "\u00e9\n".repeat(818) + "\u00e9", words);
    assertEquals(2457, words.getBytes(StandardCharsets.UTF_8).length);
    assertEquals(
        words, member(statuses.get(1), "lastState", "terminated").requiredString("message"));
  }

  /** As a kubelet has it: ready it never is, and nothing else becomes of the pod. */
  @Test
  void saysHowItIsLookedInto() throws Exception {
    PodSpec pod =
        Pods.served(
            "{}",
            "containers: [{name: a, image: i}]",
            "ephemeralContainers: [{name: d, image: 'lan/box:1'}, {name: e, image: j}]");
    ContainerStatus refused =
        new ContainerStatus(
            "e", State.WAITING, "CreateContainerConfigError", "a guest", false, false, 0, null);
    ContainerStatus ended =
        new ContainerStatus("d", State.TERMINATED, "Error", "", true, false, 0, FAILED);
    PodStatus alone =
        PodStatus.of(List.of(), List.of(TestPods.status("a", State.RUNNING, "", null)));
    PodStatus looked =
        new PodStatus(
            alone.phase(),
            "",
            "",
            true,
            true,
            List.of(),
            alone.containers(),
            List.of(ended, refused));
    agent.pods.pods = List.of(new PodView(pod, looked, UpdateStatus.NONE, false));
    JsonObject spec = onlyPod().object("spec").orElseThrow();
    assertEquals("d", spec.objects("ephemeralContainers").get(0).requiredString("name"));
    JsonObject status = onlyPod().object("status").orElseThrow();
    List<JsonObject> all = status.objects("ephemeralContainerStatuses");
    assertEquals(
        "{\"name\":\"d\",\"state\":{\"terminated\":{\"exitCode\":3,\"reason\":\"Error\","
            + "\"message\":\"guest said 3\",\"startedAt\":\"1970-01-01T00:00:01Z\","
            + "\"finishedAt\":\"1970-01-01T00:00:02Z\"}},\"lastState\":{},\"ready\":false,"
            + "\"restartCount\":0,\"image\":\"lan/box:1\",\"imageID\":\"\"}",
        all.get(0).toString());
    assertEquals(
        "{\"reason\":\"CreateContainerConfigError\",\"message\":\"a guest\"}",
        member(all.get(1), "state", "waiting").toString());
    assertEquals(1, status.objects("containerStatuses").size());
    assertEquals("Running", status.requiredString("phase"));
  }

  @Test
  void saysHowItEnded() throws Exception {
    agent.pods.pods =
        List.of(
            TestPods.view(
                pod(),
                TestPods.status("a", State.TERMINATED, "Error", FAILED),
                TestPods.status("b", State.TERMINATED, "Error", FAILED)));
    JsonObject status = onlyPod().object("status").orElseThrow();
    assertEquals("Failed", status.requiredString("phase"));
    assertFalse(status.has("podIP"));
    JsonObject a = status.objects("containerStatuses").get(0);
    assertEquals(3, member(a, "state", "terminated").integer("exitCode").orElseThrow());
    assertEquals("{}", a.object("lastState").orElseThrow().toString());
  }
}
