package dev.flint.agent.kube.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ServerWork;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Fault;
import dev.flint.agent.kube.testing.LoggedRequest;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.agent.kube.testing.ServerSettings;
import dev.flint.agent.testing.Containerd;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class PodWatcherTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private FakeApiServer server;
  private ApiClient api;
  private PodWatcher watcher;
  private Thread thread;
  private final PodMirror mirror = new PodMirror();
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());
  private final Object changes = new Object();

  @BeforeEach
  void begin() throws IOException {
    server = FakeApiServer.start(ServerSettings.usual().withoutPodDefaults());
    api = server.client();
    waits(WatchedNode.PAUSE);
    mirror.listen(
        () -> {
          synchronized (changes) {
            changes.notifyAll();
          }
        });
  }

  /** Is to pause so long after a first failure. */
  private void waits(Duration pause) {
    watcher = new PodWatcher(api, new OwnNode(api, "edge"), mirror, pause, said::add);
    thread = new Thread(watcher);
  }

  @AfterEach
  void end() throws InterruptedException {
    watcher.close();
    api.close();
    thread.join(LIMIT.toMillis());
    assertFalse(thread.isAlive());
    server.close();
  }

  private void pod(String name, String node) throws IOException {
    server
        .cluster()
        .create(
            "{apiVersion: v1, kind: Pod, metadata: {name: "
                + name
                + "}, spec: {nodeName: "
                + node
                + ", containers: [{name: c, image: 'i:1'}]}}");
  }

  private void await(Predicate<List<String>> names) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    synchronized (changes) {
      while (!mirror.isKnown() || !names.test(names())) {
        long left = (end - System.nanoTime()) / 1_000_000;
        assertTrue(left > 0, () -> "has " + names() + ", said " + said);
        changes.wait(left);
      }
    }
  }

  private List<String> names() {
    return mirror.all().stream().map(pod -> pod.name().name()).toList();
  }

  private void awaitWatch(int count) throws InterruptedException {
    server.log().await(count, LoggedRequest::isWatch, LIMIT);
  }

  @Test
  void hasThePodsOfThisNodeOnly() throws Exception {
    pod("mine", "edge");
    pod("other", "cloud");
    thread.start();
    await(names -> names.equals(List.of("mine")));
    awaitWatch(1);
    pod("later", "edge");
    await(names -> names.equals(List.of("later", "mine")));
    server.cluster().delete(Resource.PODS, "default", "mine", java.util.OptionalLong.of(0));
    await(names -> names.equals(List.of("later")));
    assertEquals(List.of(), said);
  }

  @Test
  void goesOnFromWhereAWatchEndedOrBroke() throws Exception {
    thread.start();
    await(List::isEmpty);
    awaitWatch(1);
    server.watches().end();
    awaitWatch(2);
    pod("one", "edge");
    await(names -> names.equals(List.of("one")));
    server.watches().cut();
    pod("two", "edge");
    await(names -> names.equals(List.of("one", "two")));
    assertEquals(1, lists());
  }

  private long lists() {
    return server.log().all("GET", "/pods").stream().filter(r -> !r.isWatch()).count();
  }

  @Test
  void readsTheListAgainIfTheServerHasForgotten() throws Exception {
    thread.start();
    await(List::isEmpty);
    awaitWatch(1);
    server.goAway();
    pod("one", "edge");
    server.cluster().compact();
    server.comeBack();
    await(names -> names.equals(List.of("one")));
    assertEquals(2, lists());
  }

  @Test
  void aListThatFailsSaysNothingOfPods() throws Exception {
    pod("one", "edge");
    server.faults().next(2, "GET", ".*pods.*", new Fault.Status(500, 0));
    thread.start();
    await(names -> names.equals(List.of("one")));
    assertEquals(2, said.size(), said::toString);
    assertTrue(said.get(0).contains("500"), said::toString);
    assertEquals("pods of the API server: they are known again", said.get(1));
  }

  @Test
  void aListThatEndsWithAGatewaysTimeoutIsToldOf() throws Exception {
    pod("one", "edge");
    server.faults().next(1, "GET", "limit=", new Fault.Status(504, 0));
    thread.start();
    await(names -> names.equals(List.of("one")));
    assertEquals(2, said.size(), said::toString);
    assertTrue(said.get(0).contains("504"), said::toString);
  }

  /** Not first when the watch ends, after some minutes. */
  @Test
  void podsAreKnownAgainOnceTheWatchIsOpen() throws Exception {
    thread.start();
    await(List::isEmpty);
    awaitWatch(1);
    server.faults().next(1, "GET", "watch=", new Fault.Status(500, 0));
    server.watches().end();
    Containerd.await("it is known again", () -> said.size() == 2);
    assertTrue(said.get(0).contains("500"), said::toString);
    assertEquals("pods of the API server: they are known again", said.get(1));
    assertEquals(1, lists());
  }

  @Test
  void aWatchThatIsCutAfterAWhileIsNoTrouble() throws Exception {
    thread.start();
    await(List::isEmpty);
    for (int i = 1; i < 4; i++) {
      awaitWatch(i);
      pod("p" + i, "edge");
      int count = i;
      await(names -> names.size() == count);
      server.watches().cut();
    }
    awaitWatch(4);
    assertEquals(List.of(), said);
  }

  /** A server that ends each watch, or forgets all at once, is not asked all the time. */
  @Test
  void isPatientWithABrokenServer() throws Exception {
    waits(ServerWork.PAUSE);
    thread.start();
    await(List::isEmpty);
    server.faults().all("GET", ".*watch=.*", new Fault.Status(410, 0));
    long begin = System.nanoTime();
    server.watches().cut();
    server.log().await(4, r -> r.isWatch() && r.status() == 410, LIMIT);
    // 0.8 s doubling, at least.
    assertTrue(System.nanoTime() - begin > Duration.ofSeconds(4).toNanos());
  }

  /** The server tells of it no more, and it is as it was. */
  @Test
  void whatWasRefusedForWantOfRoomIsReadAgainOnceThereIs() throws Exception {
    for (int i = 10; i < 26; i++) {
      pod("p" + i, "edge, schedulerName: " + "x".repeat(400_000));
    }
    thread.start();
    await(names -> names.size() == 16);
    assertEquals(1, mirror.all().stream().filter(pod -> pod.spec() == null).count());
    awaitWatch(1);
    server.cluster().delete(Resource.PODS, "default", "p10", java.util.OptionalLong.of(0));
    await(names -> mirror.all().stream().allMatch(pod -> pod.spec() != null));
    awaitWatch(2);
    assertEquals(15, names().size());
    assertEquals(2, lists());
    assertEquals(List.of(), said);
  }

  /** Of what has ended here it is still known, so that its logs can be read. */
  @Test
  void whatEndsHereIsKeptAndWhatHadEndedIsNot() throws Exception {
    pod("here", "edge");
    pod("before", "edge");
    String failed = "{status: {phase: Failed}}";
    server.cluster().patchStatus(Resource.PODS, "default", "before", failed);
    thread.start();
    await(names -> names.equals(List.of("here")));
    awaitWatch(1);
    server.cluster().patchStatus(Resource.PODS, "default", "here", failed);
    await(names -> mirror.all().get(0).over());
    server.goAway();
    server.cluster().compact();
    pod("later", "edge");
    server.comeBack();
    await(names -> names.equals(List.of("here", "later")));
    assertEquals(2, lists());
    assertTrue(mirror.all().get(0).over());
    assertTrue(mirror.all().get(0).spec() != null);
  }
}
