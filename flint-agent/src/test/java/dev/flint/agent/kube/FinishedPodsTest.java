package dev.flint.agent.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.agent.kube.testing.User;
import dev.flint.agent.supervise.FakeBackend;
import dev.flint.agent.testing.Containerd;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What has ended is not in the way of what runs, however much of it there is. */
@Timeout(120)
class FinishedPodsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final InstanceId RUNS = new InstanceId("default_z_app");
  private static final InstanceId STRANGER = new InstanceId("default_y_app");

  @TempDir private Path folder;
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());
  private final FakeBackend backend = new FakeBackend();

  private static void pod(FakeApiServer server, String name, String more) throws IOException {
    server
        .cluster()
        .create(
            "{apiVersion: v1, kind: Pod, metadata: {name: %s}, spec: {nodeName: edge, %s"
                    .formatted(name, more)
                + " containers: [{name: app, image: 'lan.x/i:1', volumeMounts: [{name: data,"
                + " mountPath: /data}]}], volumes: [{name: data, emptyDir: {}}]}}");
  }

  private static JsonObject awaitReady(FakeApiServer server, String name) throws Exception {
    return server
        .cluster()
        .await(
            Resource.PODS,
            "default",
            name,
            pod -> pod.toString().contains("\"type\":\"Ready\",\"status\":\"True\""),
            LIMIT);
  }

  private boolean hasVolume(String uid) throws IOException {
    return Files.exists(folder.resolve("n/plain").resolve(uid));
  }

  @Test
  void anAgentThatIsStartedAnewLeavesAloneWhatRunsBesideThem() throws Exception {
    try (FakeApiServer server = FakeApiServer.start()) {
      server.users().token("t", User.node("edge"));
      TestNode.Plan plan =
          new TestNode.Plan(folder.resolve("n"), server.url(), "t", "edge", said::add);
      pod(server, "y", "");
      pod(server, "z", "");
      String stranger;
      String runs;
      try (TestNode first = TestNode.start(plan, backend)) {
        stranger = uid(awaitReady(server, "y"));
        runs = uid(awaitReady(server, "z"));
      }
      FakeBackend.FakeRun before = backend.running.get(RUNS);
      server.cluster().delete(Resource.PODS, "default", "y", OptionalLong.of(0));
      String much = "schedulerName: " + "x".repeat(12_000) + ",";
      for (int i = 0; i < 600; i++) {
        pod(server, "a" + i, much);
        server
            .cluster()
            .patchStatus(Resource.PODS, "default", "a" + i, "{status: {phase: Failed}}");
      }
      assertTrue(hasVolume(runs) && hasVolume(stranger));
      server.log().clear();
      try (TestNode second = TestNode.start(plan, backend)) {
        Containerd.await("strangers are gone", () -> !backend.running.containsKey(STRANGER));
        assertTrue(hasVolume(runs) && !hasVolume(stranger));
        pod(server, "zz", "");
        awaitReady(server, "zz");
        assertSame(before, backend.running.get(RUNS));
        assertEquals(0, server.log().all("PATCH", "/pods/a0/status").size());
      }
      assertTrue(
          server.log().all("PATCH", "/pods/z/status").stream()
              .noneMatch(r -> r.body().map(Object::toString).orElse("").contains("Pending")));
    }
  }

  /** As by a kubelet, which serves logs as long as the API server has the pod. */
  @Test
  void whatEndedBeforeTheAgentBeganIsKeptAsLongAsItsPod() throws Exception {
    InstanceId over = new InstanceId("default_a_app");
    Path instances = folder.resolve("n/instances");
    try (FakeApiServer server = FakeApiServer.start()) {
      server.users().token("t", User.node("edge"));
      TestNode.Plan plan =
          new TestNode.Plan(folder.resolve("n"), server.url(), "t", "edge", said::add);
      pod(server, "a", "restartPolicy: Never,");
      pod(server, "y", "");
      try (TestNode first = TestNode.start(plan, backend)) {
        awaitReady(server, "a");
        awaitReady(server, "y");
        Objects.requireNonNull(backend.running.get(over)).end(0);
        server
            .cluster()
            .await(
                Resource.PODS,
                "default",
                "a",
                pod -> pod.toString().contains("\"phase\":\"Succeeded\""),
                LIMIT);
      }
      server.cluster().delete(Resource.PODS, "default", "y", OptionalLong.of(0));
      try (TestNode second = TestNode.start(plan, backend)) {
        Containerd.await(
            "strangers are gone", () -> !Files.exists(instances.resolve(STRANGER.toString())));
        assertTrue(Files.exists(instances.resolve(over.toString())));
        server.cluster().delete(Resource.PODS, "default", "a", OptionalLong.of(0));
        Containerd.await(
            "it goes with its pod", () -> !Files.exists(instances.resolve(over.toString())));
      }
    }
  }

  private static String uid(JsonObject pod) throws IOException {
    return pod.object("metadata").orElseThrow().requiredString("uid");
  }
}
