package dev.flint.cli;

import static dev.flint.cli.AgentPods.SLEEP;
import static dev.flint.cli.AgentPods.box;
import static dev.flint.cli.AgentPods.guest;
import static dev.flint.cli.KubernetesDevice.LIMIT;
import static dev.flint.cli.KubernetesDevice.isReady;
import static dev.flint.cli.KubernetesDevice.pod;
import static dev.flint.cli.KubernetesDevice.status;
import static dev.flint.cli.KubernetesDevice.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent that is a process, as a node of an API server: real guests and containers. */
@Timeout(300)
class KubernetesPodsIT {
  @TempDir Path folder;
  private KubernetesDevice edge;
  private AgentDevice device;
  private FakeApiServer server;

  @BeforeEach
  void begin() throws IOException {
    edge = KubernetesDevice.make(folder);
    device = edge.device();
    server = edge.server();
    edge.startAgent();
  }

  @AfterEach
  void end() throws IOException {
    edge.close();
  }

  @Test
  void aPodOfAGuestAndAContainerRunsAndIsDeletedInGrace() throws Exception {
    server
        .cluster()
        .create(
            pod(
                "mixed",
                "Always",
                guest("guest", device.guest(), "--sleep", "hello"),
                box("box", device.box(), "echo begun; " + SLEEP)));
    JsonObject ready = edge.awaitReady("mixed");
    assertEquals("Running", text(status(ready), "phase"));
    List<JsonObject> containers = status(ready).objects("containerStatuses");
    assertEquals(2, containers.size());
    for (JsonObject container : containers) {
      assertTrue(text(container, "imageID").contains("@sha256:"), container::toString);
      assertTrue(container.flag("ready"), container::toString);
    }
    assertEquals(1, device.processes().guestIds().size());
    device.await("one container runs", () -> device.containerd().shims().size() == 1);

    server.cluster().delete(Resource.PODS, "default", "mixed");
    server.cluster().awaitGone(Resource.PODS, "default", "mixed", LIMIT);
    device.awaitNothingLeft();
  }

  private static final String RESTRICTED =
      """
      spec:
        securityContext:
          runAsNonRoot: true
          runAsUser: 1000
          runAsGroup: 3000
          fsGroup: 2000
          seccompProfile: {type: RuntimeDefault}
      """;

  private static final String CONFINED =
      "    securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true,"
          + " capabilities: {drop: [ALL]}}\n";

  /** As the restricted Pod Security policy wants it, with a guest, which does not mind. */
  @Test
  void aRestrictedPodWithASidecarRunsUntilItsDeadline() throws Exception {
    String status = "exec cat /proc/self/status; ";
    String sidecar =
        box("side", device.box(), "echo side; " + SLEEP) + CONFINED + "    restartPolicy: Always\n";
    String pod =
        pod(
            "safe",
            "Always",
            guest("guest", device.guest(), "--sleep", "hello") + CONFINED,
            box("box", device.box(), "(" + status + "); " + SLEEP) + CONFINED);
    server
        .cluster()
        .create(
            pod.replace("spec:\n", RESTRICTED)
                .replace("  containers:\n", "  initContainers:\n" + sidecar + "  containers:\n"));
    JsonObject ready = edge.awaitReady("safe");
    JsonObject side = status(ready).objects("initContainerStatuses").get(0);
    assertTrue(side.flag("ready") && side.flag("started"), side::toString);
    // It is ready before it has said anything.
    for (String line :
        List.of(
            "Uid:\t1000\t1000\t1000\t1000",
            "Gid:\t3000\t3000\t3000\t3000",
            "CapBnd:\t0000000000000000",
            "NoNewPrivs:\t1",
            "Seccomp:\t2")) {
      device.await("it says " + line, () -> device.log("safe", "box").contains(line));
    }

    server
        .cluster()
        .patch(Resource.PODS, "default", "safe", "{\"spec\":{\"activeDeadlineSeconds\":1}}");
    JsonObject over = edge.awaitPhase("safe", "Failed");
    assertEquals("DeadlineExceeded", text(status(over), "reason"));
    assertTrue(device.processes().guestIds().isEmpty());
    server.cluster().delete(Resource.PODS, "default", "safe");
    server.cluster().awaitGone(Resource.PODS, "default", "safe", LIMIT);
    device.awaitNothingLeft();
  }

  @Test
  void theDeviceIsANodeThatIsReadyUntilItsAgentEnds() throws Exception {
    JsonObject node =
        server.cluster().await(Resource.NODES, "", "edge", KubernetesDevice::isReady, LIMIT);
    assertTrue(node.toString().contains("\"feather.backend/osv\":\"true\""), node::toString);
    assertTrue(node.toString().contains("\"kubeletEndpoint\":{\"Port\":"), node::toString);
    server.cluster().await(Resource.LEASES, "kube-node-lease", "edge", lease -> true, LIMIT);
    device.endAgent();
    server.cluster().await(Resource.NODES, "", "edge", ended -> !isReady(ended), LIMIT);
  }

  @Test
  void whatEndsIsToldWithItsCodes() throws Exception {
    String names = "spec:\n  hostAliases: [{ip: 10.1.2.3, hostnames: [far.lan]}]\n";
    String good = pod("good", "Never", box("box", device.box(), "grep -q far.lan /etc/hosts"));
    String script = "echo why > /dev/termination-log; exit 7";
    server.cluster().create(good.replace("spec:\n", names));
    server.cluster().create(pod("bad", "Never", box("box", device.box(), script)));
    edge.awaitPhase("good", "Succeeded");
    JsonObject bad = edge.awaitPhase("bad", "Failed");
    JsonObject ended =
        status(bad)
            .objects("containerStatuses")
            .get(0)
            .object("state")
            .orElseThrow()
            .object("terminated")
            .orElseThrow();
    assertEquals(7, ended.integer("exitCode").orElse(-1));
    assertEquals("why\n", text(ended, "message"));
    server.cluster().delete(Resource.PODS, "default", "good", OptionalLong.of(5));
    server.cluster().delete(Resource.PODS, "default", "bad");
    server.cluster().awaitGone(Resource.PODS, "default", "good", LIMIT);
    server.cluster().awaitGone(Resource.PODS, "default", "bad", LIMIT);
    device.awaitNothingLeft();
  }

  /** A device that has never enough. */
  @Test
  void whatIsEvictedHasFailed() throws Exception {
    server.cluster().create(pod("busy", "Always", box("box", device.box(), SLEEP)));
    edge.awaitReady("busy");
    device.endAgent();
    edge.startAgent("--eviction-hard", "memory.available<1Pi");
    JsonObject evicted = edge.awaitPhase("busy", "Failed");
    assertEquals("Evicted", text(status(evicted), "reason"));
    String message = text(status(evicted), "message");
    assertTrue(message.startsWith("The node was low on resource: memory. Threshold"), message);
    // A shim ends a moment after its container is gone.
    device.await("no shim", () -> device.containerd().shims().isEmpty());
    server.cluster().await(Resource.NODES, "", "edge", KubernetesPodsIT::lacksMemory, LIMIT);
    server.cluster().delete(Resource.PODS, "default", "busy");
    server.cluster().awaitGone(Resource.PODS, "default", "busy", LIMIT);
    device.awaitNothingLeft();
  }

  private static boolean lacksMemory(JsonObject node) {
    return node.toString().contains("{\"type\":\"MemoryPressure\",\"status\":\"True\"");
  }

  @Test
  void whatThisNodeCannotRunIsRefusedWithTheReason() throws Exception {
    String odds = pod("odd", "Always", box("box", device.box(), "true"));
    server.cluster().create(odds.replace("spec:\n", "spec:\n  hostPID: true\n"));
    JsonObject odd =
        server
            .cluster()
            .await(
                Resource.PODS,
                "default",
                "odd",
                pod -> text(status(pod), "reason").equals("UnsupportedPod"),
                LIMIT);
    assertEquals("Pending", text(status(odd), "phase"));
    assertTrue(text(status(odd), "message").contains("spec.hostPID"), odd::toString);
    server.cluster().delete(Resource.PODS, "default", "odd");
    server.cluster().awaitGone(Resource.PODS, "default", "odd", LIMIT);
  }

  /** As a kubelet's static pods. */
  @Test
  void aPodOfAFileIsShownByAMirrorThatIsOnlyShown() throws Exception {
    device.write("web.yaml", AgentPods.pod("web", "Always", box("box", device.box(), SLEEP)));
    JsonObject first = edge.awaitReady("web-edge");
    String source = "\"kubernetes.io/config.source\":\"file\"";
    assertTrue(first.toString().contains(source), first::toString);
    String uid = first.object("metadata").orElseThrow().requiredString("uid");
    List<Long> shims = device.containerd().shims();
    assertEquals(1, shims.size());
    server.cluster().delete(Resource.PODS, "default", "web-edge");
    server
        .cluster()
        .await(
            Resource.PODS,
            "default",
            "web-edge",
            pod -> isReady(pod) && !pod.toString().contains(uid),
            LIMIT);
    assertEquals(shims, device.containerd().shims());
    device.delete("web.yaml");
    server.cluster().awaitGone(Resource.PODS, "default", "web-edge", LIMIT);
    device.awaitNothingLeft();
  }

  @Test
  void podsGoOnWithoutTheServerAndTheAgent() throws Exception {
    server.cluster().create(pod("stays", "Always", box("box", device.box(), SLEEP)));
    server.cluster().create(pod("goes", "Always", box("box", device.box(), SLEEP)));
    edge.awaitReady("stays");
    edge.awaitReady("goes");
    List<Long> shims = device.containerd().shims();

    server.goAway();
    device.killAgent();
    edge.startAgent();
    assertEquals(shims, device.containerd().shims());
    server.comeBack();
    server.cluster().delete(Resource.PODS, "default", "goes", OptionalLong.of(0));
    device.await("one is left", () -> device.containerd().shims().size() == 1);
    edge.awaitReady("stays");

    // What a control plane does when it has not heard of a node for a while.
    server
        .cluster()
        .patchStatus(
            Resource.PODS,
            "default",
            "stays",
            "{status: {conditions: [{type: Ready, status: 'False'}]}}");
    edge.awaitReady("stays");
    assertTrue(shims.containsAll(device.containerd().shims()));
  }
}
