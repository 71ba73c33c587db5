package dev.flint.agent.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.kube.testing.MockFront;
import dev.flint.agent.supervise.FakeBackend;
import dev.flint.agent.testing.Containerd;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node as others see it: with the mock server of fabric8, and read by its typed client, which
 * knows the API's objects as they are published.
 */
@Timeout(120)
class Fabric8Test {
  private static final long SECONDS = 60;

  @TempDir private Path folder;
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());
  private final FakeBackend backend = new FakeBackend();
  private MockFront front;
  private NamespacedKubernetesClient user;
  private TestNode node;

  @BeforeEach
  void begin() throws Exception {
    front = new MockFront();
    user = front.user();
    node =
        TestNode.start(
            new TestNode.Plan(folder.resolve("node"), front.url(), "t", "edge", said::add),
            backend);
  }

  @AfterEach
  void end() throws Exception {
    node.close();
    front.close();
  }

  @Test
  void isANodeWithALeaseThatItRenews() {
    Node edge =
        user.nodes()
            .withName("edge")
            .waitUntilCondition(
                one -> one != null && one.getStatus() != null && Readiness.isNodeReady(one),
                SECONDS,
                TimeUnit.SECONDS);
    assertEquals("virtual-kubelet", edge.getMetadata().getLabels().get("type"));
    assertEquals("virtual-kubelet.io/provider", edge.getSpec().getTaints().get(0).getKey());
    assertEquals("NoSchedule", edge.getSpec().getTaints().get(0).getEffect());
    assertEquals(
        List.of("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable", "Ready"),
        edge.getStatus().getConditions().stream().map(NodeCondition::getType).toList());
    assertEquals("linux", edge.getStatus().getNodeInfo().getOperatingSystem());
    Map<String, Quantity> all = edge.getStatus().getCapacity();
    Map<String, Quantity> free = edge.getStatus().getAllocatable();
    assertEquals(1L << 20, number(all, "memory") - number(free, "memory"), "what must be left");
    assertEquals(110, number(free, "pods"));

    Lease first = lease(lease -> true);
    assertEquals("edge", first.getSpec().getHolderIdentity());
    assertEquals(40, first.getSpec().getLeaseDurationSeconds());
    assertEquals(
        edge.getMetadata().getUid(), first.getMetadata().getOwnerReferences().get(0).getUid());
    Lease next = lease(one -> one.getSpec().getRenewTime().isAfter(first.getSpec().getRenewTime()));
    assertEquals(first.getMetadata().getUid(), next.getMetadata().getUid());
  }

  private static long number(Map<String, Quantity> quantities, String name) {
    return Objects.requireNonNull(quantities.get(name)).getNumericalAmount().longValueExact();
  }

  private Lease lease(Predicate<Lease> wanted) {
    return user.leases()
        .inNamespace("kube-node-lease")
        .withName("edge")
        .waitUntilCondition(
            lease -> lease != null && wanted.test(lease), SECONDS, TimeUnit.SECONDS);
  }

  private static Pod pod(String name, String node) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("default")
        .endMetadata()
        .withNewSpec()
        .withNodeName(node)
        .withRestartPolicy("Never")
        .addNewContainer()
        .withName("app")
        .withImage("registry.invalid/app:1")
        .endContainer()
        .endSpec()
        .build();
  }

  private Pod awaitPhase(String name, String phase) {
    return user.pods()
        .inNamespace("default")
        .withName(name)
        .waitUntilCondition(
            one ->
                one != null && one.getStatus() != null && phase.equals(one.getStatus().getPhase()),
            SECONDS,
            TimeUnit.SECONDS);
  }

  private FakeBackend.FakeRun running(String name) {
    return Objects.requireNonNull(backend.running.get(new InstanceId(name)));
  }

  @Test
  void runsAPodTellsOfItAndEndsItWhenItIsDeleted() throws Exception {
    user.resource(pod("other", "elsewhere")).create();
    user.resource(pod("web", "edge")).create();
    Pod web = awaitPhase("web", "Running");
    assertTrue(Readiness.isPodReady(web), web::toString);
    assertEquals("198.18.0.9", web.getStatus().getPodIP());
    assertEquals("198.18.0.9", web.getStatus().getPodIPs().get(0).getIp());
    assertNotNull(web.getStatus().getStartTime());
    ContainerStatus app = web.getStatus().getContainerStatuses().get(0);
    assertEquals("app", app.getName());
    assertTrue(app.getReady() && app.getStarted(), app::toString);
    assertEquals(0, app.getRestartCount());
    assertTrue(app.getContainerID().startsWith("fake://"), app::toString);
    assertTrue(app.getImageID().startsWith("registry.invalid/app@sha256:"), app::toString);
    assertNotNull(app.getState().getRunning().getStartedAt());
    assertEquals(1, backend.running.size(), "the other one is another node's");

    FakeBackend.FakeRun run = running(app.getContainerID().substring("fake://".length()));
    user.pods().inNamespace("default").withName("web").delete();
    run.ended().get(SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void tellsWithWhatCodeAPodEnded() throws Exception {
    user.resource(pod("job", "edge")).create();
    Pod job = awaitPhase("job", "Running");
    String id = job.getStatus().getContainerStatuses().get(0).getContainerID();
    running(id.substring("fake://".length())).end(7);
    ContainerStatus ended = awaitPhase("job", "Failed").getStatus().getContainerStatuses().get(0);
    assertEquals(7, ended.getState().getTerminated().getExitCode());
    assertEquals("Error", ended.getState().getTerminated().getReason());
    assertNotNull(ended.getState().getTerminated().getFinishedAt());
    String uid = job.getMetadata().getUid();
    Containerd.await(
        "an event tells of its start",
        () ->
            user.v1().events().inNamespace("default").list().getItems().stream()
                .anyMatch(
                    event ->
                        event.getReason().equals("Started")
                            && event.getInvolvedObject().getUid().equals(uid)));
  }
}
