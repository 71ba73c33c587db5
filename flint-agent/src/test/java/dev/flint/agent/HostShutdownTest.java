package dev.flint.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.kube.TestNode;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.agent.kube.testing.ServerSettings;
import dev.flint.agent.kube.testing.User;
import dev.flint.agent.supervise.FakeBackend;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class HostShutdownTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final String READY = "\"type\":\"Ready\",\"status\":\"True\"";
  private static final InstanceId FILE = new InstanceId("default_file_app");
  private static final InstanceId JOB = new InstanceId("default_job_app");
  private static final InstanceId SERVED = new InstanceId("default_served_app");

  @TempDir private Path folder;

  private static String pod(String name, String node) {
    return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, namespace: default}
        spec:
          %s
          containers: [{name: app, image: "lan.x/app:1"}]
        """
        .formatted(name, node);
  }

  @Test
  void podsAreEndedInGoodOrderOnlyIfTheDeviceGoesToo() throws Exception {
    FakeBackend backend = new FakeBackend();
    try (FakeApiServer server = FakeApiServer.start(ServerSettings.usual())) {
      server.users().token("t", User.node("edge"));
      TestNode.Plan plan = new TestNode.Plan(folder, server.url(), "t", "edge", line -> {});
      plan.write("file.yaml", pod("file", "terminationGracePeriodSeconds: 5"));
      plan.write("job.yaml", pod("job", "restartPolicy: OnFailure"));
      server.cluster().create(pod("served", "nodeName: edge"));
      try (TestNode node = TestNode.start(plan, backend)) {
        await(server, "served", READY);
        await(server, "file-edge", READY);
        await(server, "job-edge", READY);
        for (List<String> running :
            List.of(List.of("echo", "running"), List.of(folder.resolve("none").toString()))) {
          new HostShutdown(GRACE, running).end(node.pods(), node::leave);
        }
        new HostShutdown(Duration.ZERO, List.of("echo", "stopping")).end(node.pods(), node::leave);
        assertEquals(Set.of(FILE, JOB, SERVED), backend.running.keySet());
        assertTrue(!ended(backend, FILE) && !ended(backend, SERVED));
        assertTrue(edge(server).contains(READY) && !isCordoned(server));

        new HostShutdown(GRACE, List.of("echo", "stopping")).end(node.pods(), node::leave);
        assertTrue(ended(backend, FILE) && ended(backend, SERVED));
        JsonObject gone = await(server, "served", "\"phase\":\"Failed\"");
        assertTrue(gone.toString().contains("\"reason\":\"Terminated\""), gone.toString());
      }
      // The device is on again: a pod of a file is no other than before.
      try (TestNode node = TestNode.start(plan, backend)) {
        await(server, "file-edge", READY);
        assertTrue(!ended(backend, FILE));
        // It ended with 0, but only as it was asked to.
        await(server, "job-edge", READY);
        assertTrue(!ended(backend, JOB));
        assertTrue(ended(backend, SERVED), "a cluster makes another");
      }
    }
  }

  /** Else whoever makes pods anew would make one after the other, each of which fails at once. */
  @Test
  void noMorePodsComeWhileThoseHereEnd() throws Exception {
    FakeBackend backend = new FakeBackend();
    try (FakeApiServer server = FakeApiServer.start(ServerSettings.usual())) {
      server.users().token("t", User.node("edge"));
      TestNode.Plan plan = new TestNode.Plan(folder, server.url(), "t", "edge", line -> {});
      server.cluster().create(pod("quick", "nodeName: edge"));
      server.cluster().create(pod("slow", "nodeName: edge"));
      try (TestNode node = TestNode.start(plan, backend)) {
        await(server, "quick", READY);
        await(server, "slow", READY);
        FakeBackend.FakeRun slow =
            Objects.requireNonNull(backend.running.get(new InstanceId("default_slow_app")));
        slow.stopsWhenAsked = false;
        FutureTask<Boolean> end = new FutureTask<>(() -> shutDown(node, GRACE));
        new Thread(end).start();
        await(server, "quick", "\"phase\":\"Failed\"");
        assertTrue(edge(server).contains("node is shutting down"), edge(server));
        assertTrue(isCordoned(server));
        // That of a DaemonSet comes all the same.
        server.cluster().create(pod("late", "nodeName: edge"));
        JsonObject late = await(server, "late", "\"reason\":\"NodeShutdown\"");
        assertTrue(late.toString().contains("\"phase\":\"Pending\""), late.toString());
        slow.end(0);
        assertTrue(end.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
        await(server, "slow", "\"phase\":\"Failed\"");
        assertTrue(edge(server).contains("node is shutting down"), edge(server));
      }
      try (TestNode node = TestNode.start(plan, backend)) {
        await(server, "late", READY);
        assertTrue(!isCordoned(server));
      }
    }
  }

  /** Nobody tells it later. */
  @Test
  void whatAllPodsEndedWithIsToldBeforeTheAgentIsGone() throws Exception {
    FakeBackend backend = new FakeBackend();
    try (FakeApiServer server = FakeApiServer.start(ServerSettings.usual())) {
      server.users().token("t", User.node("edge"));
      TestNode.Plan plan = new TestNode.Plan(folder, server.url(), "t", "edge", line -> {});
      List<String> names = IntStream.range(0, 20).mapToObj(i -> "p" + i).toList();
      for (String name : names) {
        server.cluster().create(pod(name, "nodeName: edge"));
      }
      try (TestNode node = TestNode.start(plan, backend)) {
        for (String name : names) {
          await(server, name, READY);
        }
        shutDown(node, GRACE);
      }
      for (String name : names) {
        JsonObject pod = server.cluster().get(Resource.PODS, "default", name);
        assertTrue(pod.toString().contains("\"reason\":\"Terminated\""), pod.toString());
      }
    }
  }

  /** Which have some time more than the grace. */
  @Test
  void sidecarsAreWaitedFor() throws Exception {
    FakeBackend backend = new FakeBackend();
    try (FakeApiServer server = FakeApiServer.start(ServerSettings.usual())) {
      server.users().token("t", User.node("edge"));
      TestNode.Plan plan = new TestNode.Plan(folder, server.url(), "t", "edge", line -> {});
      String side = "{name: side, image: 'lan.x/side:1', restartPolicy: Always}";
      server.cluster().create(pod("served", "nodeName: edge\n  initContainers: [" + side + "]"));
      try (TestNode node = TestNode.start(plan, backend)) {
        await(server, "served", READY);
        backend.running.values().forEach(run -> run.stopsWhenAsked = false);
        shutDown(node, Duration.ofSeconds(2));
        assertTrue(ended(backend, SERVED));
        assertTrue(ended(backend, new InstanceId("default_served_side")));
      }
    }
  }

  private static boolean shutDown(TestNode node, Duration grace) throws InterruptedException {
    new HostShutdown(grace, List.of("echo", "stopping")).end(node.pods(), node::leave);
    return true;
  }

  private static String edge(FakeApiServer server) {
    return server.cluster().get(Resource.NODES, "", "edge").toString();
  }

  private static boolean isCordoned(FakeApiServer server) {
    return edge(server).contains("\"unschedulable\":true");
  }

  private static boolean ended(FakeBackend backend, InstanceId id) {
    FakeBackend.FakeRun run = backend.running.get(id);
    return run == null || run.ended().isDone();
  }

  private static JsonObject await(FakeApiServer server, String name, String part)
      throws InterruptedException {
    return server
        .cluster()
        .await(Resource.PODS, "default", name, pod -> pod.toString().contains(part), LIMIT);
  }

  @Test
  void takesTimesAndNothingElse() throws FlintException {
    assertEquals(GRACE, of("30s").grace());
    assertEquals(Duration.ZERO, of("0").grace());
    assertThrows(FlintException.class, () -> of("30"));
    assertThrows(FlintException.class, () -> of("-1s"));
  }

  private static HostShutdown of(String text) throws FlintException {
    return HostShutdown.of(AgentArguments.parse(new String[] {"--shutdown-grace-period", text}));
  }
}
