package dev.flint.agent.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Fault;
import dev.flint.agent.kube.testing.LoggedRequest;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.agent.kube.testing.ServerSettings;
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
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pods of files are shown in the API server, as a node's own certificate may. */
@Timeout(120)
class StaticPodsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String TOKEN = "t-node";
  private static final String MIRROR = "web-edge";
  private static final Set<InstanceId> WEB = Set.of(new InstanceId("default_web_app"));

  @TempDir private Path folder;
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());
  private final FakeBackend backend = new FakeBackend();
  private FakeApiServer server;
  private TestNode.Plan plan;
  private @Nullable TestNode node;

  @BeforeEach
  void begin() throws IOException {
    server = FakeApiServer.start(ServerSettings.usual());
    server.users().token(TOKEN, User.node("edge"));
    plan = new TestNode.Plan(folder.resolve("n"), server.url(), TOKEN, "edge", said::add);
  }

  @AfterEach
  void end() throws IOException {
    stop();
    server.close();
  }

  private void start() throws IOException {
    node = TestNode.start(plan, backend);
  }

  private void stop() throws IOException {
    if (node != null) {
      node.close();
      node = null;
    }
  }

  private static String web(String image) {
    return """
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
          labels: {app: web}
          annotations: {note: kept, kubectl.kubernetes.io/last-applied-configuration: hidden}
        spec:
          terminationGracePeriodSeconds: 0
          containers:
          - name: app
            image: %s
            args: [--password, hidden]
            env: [{name: P, value: hidden}, {name: S, valueFrom: {secretKeyRef: {name: s, key: k}}}]
            resources: {requests: {memory: 32Mi}}
            volumeMounts: [{name: keys, mountPath: /keys}]
          volumes: [{name: keys, secret: {secretName: s}}]
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: s}
        stringData: {k: hidden}
        """
        .formatted(image);
  }

  private JsonObject await(Predicate<JsonObject> wanted) throws InterruptedException {
    return server.cluster().await(Resource.PODS, "default", MIRROR, wanted, LIMIT);
  }

  private JsonObject awaitRunning() throws InterruptedException {
    return await(pod -> pod.toString().contains("\"type\":\"Ready\",\"status\":\"True\""));
  }

  private static String uid(JsonObject pod) throws IOException {
    return pod.object("metadata").orElseThrow().requiredString("uid");
  }

  @Test
  void aPodOfAFileIsShownWithItsStatusAndNothingSecret() throws Exception {
    plan.write("web.yaml", web("lan.x/web:1"));
    start();
    JsonObject shown = awaitRunning();
    JsonObject metadata = shown.object("metadata").orElseThrow();
    JsonObject annotations = metadata.object("annotations").orElseThrow();
    String hash = annotations.requiredString("kubernetes.io/config.hash");
    assertEquals(hash, annotations.requiredString("kubernetes.io/config.mirror"));
    assertEquals("file", annotations.requiredString("kubernetes.io/config.source"));
    assertEquals("kept", annotations.requiredString("note"));
    assertEquals("{\"app\":\"web\"}", metadata.object("labels").orElseThrow().toString());
    JsonObject edge = server.cluster().get(Resource.NODES, "", "edge");
    assertEquals(
        "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"name\":\"edge\",\"uid\":\""
            + uid(edge)
            + "\",\"controller\":true}",
        metadata.objects("ownerReferences").get(0).toString());
    JsonObject spec = shown.object("spec").orElseThrow();
    assertEquals("edge", spec.requiredString("nodeName"));
    assertEquals(
        "{\"name\":\"app\",\"image\":\"lan.x/web:1\",\"resources\":{\"requests\":{\"memory\":\"32Mi\"}}}",
        spec.objects("containers").get(0).toString());
    assertEquals(
        "[{\"operator\":\"Exists\",\"effect\":\"NoExecute\"}]",
        spec.objects("tolerations").toString());
    assertFalse(shown.toString().contains("hidden"), shown::toString);
    assertEquals(WEB, backend.running.keySet(), "it is run once");
  }

  @Test
  void aMirrorThatIsDeletedComesBackAndThePodGoesOn() throws Exception {
    plan.write("web.yaml", web("lan.x/web:1"));
    start();
    String first = uid(awaitRunning());
    FakeBackend.FakeRun run = backend.running.get(new InstanceId("default_web_app"));
    server.cluster().delete(Resource.PODS, "default", MIRROR, OptionalLong.of(30));
    JsonObject again = await(pod -> !pod.toString().contains(first) && isReady(pod));
    assertEquals(WEB, backend.running.keySet());
    assertTrue(backend.running.containsValue(run), "the very same");
    assertFalse(again.toString().contains("deletionTimestamp"), again::toString);
  }

  private static boolean isReady(JsonObject pod) {
    return pod.toString().contains("\"type\":\"Ready\",\"status\":\"True\"");
  }

  @Test
  void aMirrorChangesWithItsFileAndGoesWithIt() throws Exception {
    plan.write("web.yaml", web("lan.x/web:1"));
    start();
    String first = uid(awaitRunning());
    plan.write("web.yaml", web("lan.x/web:2"));
    JsonObject second = await(pod -> pod.toString().contains("lan.x/web:2") && isReady(pod));
    assertFalse(second.toString().contains(first), second::toString);
    Files.delete(plan.files().resolve("web.yaml"));
    server.cluster().awaitGone(Resource.PODS, "default", MIRROR, LIMIT);
    Containerd.await("nothing runs", backend.running::isEmpty);
  }

  /** Its file went while no agent was looking. */
  @Test
  void aMirrorOfNothingGoes() throws Exception {
    plan.write("web.yaml", web("lan.x/web:1"));
    start();
    awaitRunning();
    stop();
    Files.delete(plan.files().resolve("web.yaml"));
    start();
    server.cluster().awaitGone(Resource.PODS, "default", MIRROR, LIMIT);
  }

  /** A webhook for example; other pods are told of all the same. */
  @Test
  void whatIsRefusedIsSaidOnceAndKeepsNobodyBack() throws Exception {
    server.faults().all("POST", "/api/v1/namespaces/default/pods", new Fault.Status(403, 0));
    plan.write("web.yaml", web("lan.x/web:1"));
    start();
    server
        .cluster()
        .create(
            "{apiVersion: v1, kind: Pod, metadata: {name: other}, spec: {nodeName: edge,"
                + " containers: [{name: app, image: 'lan.x/other:1'}]}}");
    server.cluster().await(Resource.PODS, "default", "other", StaticPodsTest::isReady, LIMIT);
    server.log().await(1, StaticPodsTest::isMade, LIMIT);
    server.cluster().delete(Resource.PODS, "default", "other");
    server.cluster().awaitGone(Resource.PODS, "default", "other", LIMIT);
    assertEquals(1, server.log().all(StaticPodsTest::isMade).size());
    // The server has answered before who asked says what it heard.
    Containerd.await("it is said", () -> !refusals().isEmpty());
    List<String> words = refusals();
    assertEquals(1, words.size(), said::toString);
    assertTrue(words.get(0).startsWith("pod default/web-edge cannot be shown: "), words::toString);
  }

  private List<String> refusals() {
    return List.copyOf(said).stream().filter(line -> line.contains("cannot be shown")).toList();
  }

  @Test
  void aPodOfTheServerThatHasTheNameOfAMirrorIsLeftAlone() throws Exception {
    JsonObject theirs =
        server
            .cluster()
            .create(
                "{apiVersion: v1, kind: Pod, metadata: {name: web-edge}, spec: {nodeName: edge,"
                    + " containers: [{name: app, image: 'lan.x/other:1'}]}}");
    plan.write("web.yaml", web("lan.x/web:1"));
    start();
    JsonObject told = awaitRunning();
    assertEquals(uid(theirs), uid(told));
    server.log().await(1, StaticPodsTest::isConflict, LIMIT);
    Containerd.await("both run", () -> backend.running.size() == 2);
  }

  private static boolean isConflict(LoggedRequest request) {
    return isMade(request) && request.status() == 409;
  }

  private static boolean isMade(LoggedRequest request) {
    return request.method().equals("POST") && request.path().endsWith("/pods");
  }
}
