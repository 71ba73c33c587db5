package dev.flint.agent.kube.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.http.TestAgent;
import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.event.ObjectEvent;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Fault;
import dev.flint.agent.kube.testing.LoggedRequest;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.agent.kube.testing.ServerSettings;
import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.PodParser;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.run.ContainerStatus;
import dev.flint.agent.pod.run.PodStatus;
import dev.flint.agent.pod.update.UpdateStatus;
import dev.flint.agent.status.PodObject;
import dev.flint.agent.testing.Containerd;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonItem;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class PodReporterTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private FakeApiServer server;
  private ApiClient api;
  private TestAgent agent;
  private PodReporter reporter;
  private Thread thread;
  private final List<ObjectEvent> events = Collections.synchronizedList(new ArrayList<>());
  private volatile Consumer<ObjectEvent> heard = events::add;
  private final PodMirror mirror = new PodMirror();
  private final AtomicLong now = new AtomicLong();
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void begin() throws IOException {
    server = FakeApiServer.start(ServerSettings.usual().withoutPodDefaults());
    api = server.client();
    agent = new TestAgent(folder);
    reporter =
        new PodReporter(
            api,
            mirror,
            agent.pods,
            new PodObject(agent.supervisor),
            TestAgent.HOST,
            new PodClocks(Clock.systemUTC(), now::get),
            WatchedNode.PAUSE,
            event -> heard.accept(event),
            said::add);
    thread = new Thread(reporter);
    thread.start();
  }

  @AfterEach
  void end() throws IOException, InterruptedException {
    reporter.close();
    api.close();
    thread.join(LIMIT.toMillis());
    assertFalse(thread.isAlive());
    agent.close();
    server.close();
  }

  private ApiPod pod(String more) throws FlintException {
    JsonObject made =
        server
            .cluster()
            .create(
                "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {nodeName: edge, "
                    + more
                    + " containers: [{name: c, image: 'i:1'}]}}");
    return ApiPod.read(JsonItem.whole(made));
  }

  /** As the watch would tell it. */
  private void mirrored() throws FlintException {
    mirror.replace(
        List.of(
            ApiPod.read(JsonItem.whole(server.cluster().get(Resource.PODS, "default", "web")))));
    reporter.news();
  }

  private void runs(ApiPod pod, ContainerStatus.State state, boolean ended) {
    runs(java.util.Objects.requireNonNull(pod.spec()), state, ended);
  }

  private void runs(PodSpec pod, ContainerStatus.State state, boolean ended) {
    boolean running = state == ContainerStatus.State.RUNNING;
    ContainerStatus container =
        new ContainerStatus("c", state, running ? "" : "Waiting", "", running, running, 0, null);
    agent.pods.pods =
        List.of(
            new PodView(
                pod, PodStatus.of(List.of(), List.of(container)), UpdateStatus.NONE, ended));
    reporter.news();
  }

  private JsonObject await(Predicate<String> status) throws InterruptedException {
    return server
        .cluster()
        .await(
            Resource.PODS,
            "default",
            "web",
            pod -> {
              try {
                return status.test(pod.object("status").map(Object::toString).orElse(""));
              } catch (FlintException e) {
                throw new AssertionError(e);
              }
            },
            LIMIT);
  }

  private List<LoggedRequest> patches() {
    return server.log().all("PATCH", "/pods/web/status");
  }

  @Test
  void tellsChangesOnceAndWithTheUid() throws Exception {
    ApiPod pod = pod("");
    runs(pod, ContainerStatus.State.RUNNING, false);
    mirrored();
    JsonObject told = await(status -> status.contains("\"phase\":\"Running\""));
    assertTrue(told.toString().contains("\"lastTransitionTime\":\"2"), told::toString);
    mirrored();
    mirrored();
    runs(pod, ContainerStatus.State.WAITING, false);
    await(status -> status.contains("\"phase\":\"Pending\""));
    assertEquals(2, patches().size());
    JsonObject first = patches().get(0).body().orElseThrow();
    assertEquals(pod.uid(), first.object("metadata").orElseThrow().string("uid").orElse(""));
  }

  @Test
  void whatTheServerSaysOtherwiseIsToldAgain() throws Exception {
    ApiPod pod = pod("");
    runs(pod, ContainerStatus.State.RUNNING, false);
    mirrored();
    await(status -> status.contains("\"phase\":\"Running\""));
    JsonObject server2 =
        server
            .cluster()
            .patchStatus(
                Resource.PODS,
                "default",
                "web",
                "{status: {conditions: [{type: Ready, status: 'False'}]}}");
    JsonObject ours =
        new PodObject(agent.supervisor).status(agent.pods.pods.get(0), TestAgent.HOST);
    JsonObject theirs = server2.object("status").orElseThrow();
    assertTrue(StatusPatch.isContradicted(ours, theirs));
  }

  @Test
  void aRefusedPodWaitsAndSaysWhy() throws Exception {
    pod("hostPID: true,");
    mirrored();
    JsonObject told = await(status -> status.contains("\"reason\":\"UnsupportedPod\""));
    assertTrue(told.toString().contains("\"phase\":\"Pending\""), told::toString);
    assertTrue(told.toString().contains("spec.hostPID"), told::toString);
  }

  @Test
  void ofWhatIsLeftAsItIsNothingIsTold() throws Exception {
    JsonObject next =
        server
            .cluster()
            .create(
                "{apiVersion: v1, kind: Pod, metadata: {name: z}, spec: {hostPID: true, nodeName:"
                    + " edge, containers: [{name: c, image: 'i:1'}]}}");
    mirror.replace(List.of(pod("").left(), ApiPod.read(JsonItem.whole(next))));
    reporter.news();
    server.log().await(1, r -> r.path().endsWith("/pods/z/status"), LIMIT);
    assertEquals(List.of(), patches());
  }

  @Test
  void whatWasToEndIsRemovedOnlyWhenItHas() throws Exception {
    ApiPod pod = pod("");
    runs(pod, ContainerStatus.State.RUNNING, false);
    mirrored();
    await(status -> status.contains("\"phase\":\"Running\""));
    server.cluster().delete(Resource.PODS, "default", "web");
    mirrored();
    runs(pod, ContainerStatus.State.WAITING, false);
    await(status -> status.contains("\"phase\":\"Pending\""));
    assertTrue(server.cluster().find(Resource.PODS, "default", "web").isPresent());
    runs(pod, ContainerStatus.State.WAITING, true);
    server.cluster().awaitGone(Resource.PODS, "default", "web", LIMIT);
  }

  /** Nobody would ever say that it has ended. */
  @Test
  void whatAPodOfAFileHidesCanBeDeleted() throws Exception {
    pod("");
    JsonObject same = server.cluster().get(Resource.PODS, "default", "web");
    agent.pods.pods =
        List.of(
            new PodView(
                PodParser.parse(
                    JsonObject.empty()
                        .with("metadata", JsonObject.empty().with("name", "web"))
                        .with(
                            "spec",
                            JsonObject.empty()
                                .withObjects(
                                    "containers",
                                    same.object("spec").orElseThrow().objects("containers")))),
                PodStatus.of(List.of(), List.of()),
                UpdateStatus.NONE,
                false));
    mirrored();
    server.cluster().delete(Resource.PODS, "default", "web");
    mirrored();
    server.cluster().awaitGone(Resource.PODS, "default", "web", LIMIT);
  }

  @Test
  void aStatusThatIsRefusedDoesNotKeepAPodFromGoing() throws Exception {
    ApiPod pod = pod("");
    server.faults().all("PATCH", ".*", new Fault.Status(422, 0));
    server.cluster().delete(Resource.PODS, "default", "web");
    runs(pod, ContainerStatus.State.WAITING, true);
    mirrored();
    server.cluster().awaitGone(Resource.PODS, "default", "web", LIMIT);
    assertEquals(1, said.size(), said::toString);
  }

  @Test
  void whatIsRefusedForOnePodIsNotForTheNext() throws Exception {
    ApiPod web = pod("");
    JsonObject other =
        server
            .cluster()
            .create(
                "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostPID: true, nodeName:"
                    + " edge, containers: [{name: c, image: 'i:1'}]}}");
    server.faults().all("PATCH", ".*/pods/a/.*", new Fault.Status(403, 0));
    runs(web, ContainerStatus.State.RUNNING, false);
    mirror.replace(List.of(ApiPod.read(JsonItem.whole(other)), web));
    reporter.news();
    await(status -> status.contains("\"phase\":\"Running\""));
  }

  /** For ever, by a webhook that is not there for example. */
  @Test
  void whatIsRefusedForOnePodDelaysNoOther() throws Exception {
    ApiPod web = pod("");
    JsonObject other =
        server
            .cluster()
            .create(
                "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostPID: true, nodeName:"
                    + " edge, containers: [{name: c, image: 'i:1'}]}}");
    server.faults().all("PATCH", ".*/pods/a/.*", new Fault.Status(500, 0));
    mirror.replace(List.of(ApiPod.read(JsonItem.whole(other)), web));
    for (int i = 0; i < 3; i++) {
      runs(web, ContainerStatus.State.RUNNING, false);
      await(status -> status.contains("\"phase\":\"Running\""));
      runs(web, ContainerStatus.State.WAITING, false);
      await(status -> status.contains("\"phase\":\"Pending\""));
    }
    assertEquals(1, server.log().all("PATCH", "/pods/a/status").size());
    assertEquals(1, said.size(), said::toString);
    assertTrue(
        said.get(0).startsWith("the status of pod default/a cannot be told: PATCH "),
        said::toString);
    server.faults().clear();
    now.addAndGet(1000);
    reporter.news();
    server.log().await(1, r -> r.path().endsWith("/a/status") && r.status() == 200, LIMIT);
    assertEquals(1, said.size(), said::toString);
  }

  /** One whose webhook is too slow, for example: that is not the whole server. */
  @Test
  void whatIsNeverAnsweredForOnePodDelaysNoOther() throws Exception {
    server.cluster().create("{apiVersion: v1, kind: Node, metadata: {name: node1}}");
    ApiPod web = pod("");
    JsonObject other =
        server
            .cluster()
            .create(
                "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostPID: true, nodeName:"
                    + " edge, containers: [{name: c, image: 'i:1'}]}}");
    server.faults().all("PATCH", ".*/pods/a/.*", new Fault.Status(504, 0));
    mirror.replace(List.of(ApiPod.read(JsonItem.whole(other)), web));
    runs(web, ContainerStatus.State.RUNNING, false);
    await(status -> status.contains("\"phase\":\"Running\""));
    JsonObject container = JsonObject.empty().with("name", "c").with("image", "i:1");
    JsonObject file =
        JsonObject.empty()
            .with("metadata", JsonObject.empty().with("name", "static"))
            .with("spec", JsonObject.empty().withObjects("containers", List.of(container)));
    runs(PodParser.parse(file), ContainerStatus.State.RUNNING, false);
    Containerd.await(
        "the mirror is made",
        () -> server.cluster().find(Resource.PODS, "default", "static-node1").isPresent());
    int asked = server.log().all("PATCH", "/pods/a/status").size();
    server.log().await(asked + 1, r -> r.path().endsWith("/a/status"), LIMIT);
    server.faults().clear();
    server.log().await(1, r -> r.path().endsWith("/a/status") && r.status() == 200, LIMIT);
  }

  @Test
  void aMirrorOfNoNamespaceIsToldOfAndTriedEachMinute() throws Exception {
    server.cluster().create("{apiVersion: v1, kind: Node, metadata: {name: node1}}");
    server.faults().all("POST", "/pods", new Fault.Status(404, 0));
    JsonObject container = JsonObject.empty().with("name", "c").with("image", "i:1");
    JsonObject file =
        JsonObject.empty()
            .with("metadata", JsonObject.empty().with("name", "web"))
            .with("spec", JsonObject.empty().withObjects("containers", List.of(container)));
    runs(PodParser.parse(file), ContainerStatus.State.RUNNING, false);
    mirror.replace(List.of());
    reporter.news();
    Containerd.await("it is said", () -> !said.isEmpty());
    assertTrue(
        said.get(0).startsWith("pod default/web-node1 cannot be shown: POST "), said::toString);
    assertEquals(1, server.log().all("POST", "/pods").size());
    now.addAndGet(60_000);
    reporter.news();
    server.log().await(2, r -> r.method().equals("POST") && r.path().endsWith("/pods"), LIMIT);
    server.faults().clear();
    Containerd.await(
        "it is shown",
        () -> {
          now.addAndGet(60_000);
          reporter.news();
          return server.cluster().find(Resource.PODS, "default", "web-node1").isPresent();
        });
    assertEquals(1, said.size(), said::toString);
  }

  /** Else the reason of a moment would be shown for ever. */
  @Test
  void whatIsNotSaidAnyMoreIsTakenBack() throws Exception {
    ApiPod pod = pod("");
    runs(pod, ContainerStatus.State.WAITING, false);
    mirrored();
    await(status -> status.contains("\"reason\":\"Waiting\""));
    mirrored();
    runs(pod, ContainerStatus.State.RUNNING, false);
    JsonObject running = await(status -> status.contains("\"phase\":\"Running\""));
    assertFalse(running.object("status").orElseThrow().has("reason"), running::toString);
    assertFalse(running.toString().contains("ContainersNotReady"), running::toString);
  }

  /** Nobody tells it later. */
  @Test
  void whatIsNewsAsItEndsIsTold() throws Exception {
    ApiPod pod = pod("");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    // After it has looked at the pods, before it tells of them.
    heard =
        event -> {
          begun.countDown();
          try {
            closed.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    runs(pod, ContainerStatus.State.RUNNING, false);
    mirrored();
    assertTrue(begun.await(LIMIT.toSeconds(), TimeUnit.SECONDS));
    runs(pod, ContainerStatus.State.WAITING, false);
    reporter.close();
    closed.countDown();
    thread.join(LIMIT.toMillis());
    assertEquals(2, patches().size());
    await(status -> status.contains("\"reason\":\"Waiting\""));
  }

  /** An agent that ends waits for nobody. */
  @Test
  void aServerThatDidNotTakeItIsNotAskedAgainAtTheEnd() throws Exception {
    ApiPod pod = pod("");
    server.faults().all("PATCH", ".*", new Fault.Status(503, 60));
    runs(pod, ContainerStatus.State.RUNNING, false);
    mirrored();
    Containerd.await("it is said", () -> !said.isEmpty());
    reporter.close();
    thread.join(LIMIT.toMillis());
    assertFalse(thread.isAlive());
    assertEquals(1, patches().size());
  }

  @Test
  void aServerThatDoesNotTakeItIsAskedAgain() throws Exception {
    ApiPod pod = pod("");
    server.faults().next(2, "PATCH", ".*", new Fault.Status(503, 0));
    runs(pod, ContainerStatus.State.RUNNING, false);
    mirrored();
    await(status -> status.contains("\"phase\":\"Running\""));
    assertEquals(3, patches().size());
    assertTrue(said.get(0).startsWith("statuses of pods cannot be told: "), said::toString);
  }
}
