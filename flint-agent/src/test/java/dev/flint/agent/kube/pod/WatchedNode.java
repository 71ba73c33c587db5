package dev.flint.agent.kube.pod;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.http.TestAgent;
import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.event.ObjectEvent;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.LoggedRequest;
import dev.flint.agent.kube.testing.ServerSettings;
import dev.flint.agent.status.PodObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/** What of a node knows of pods and tells of them, with a server. */
final class WatchedNode implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(60);

  /** Shorter than usual, as a test waits for it. */
  static final Duration PAUSE = Duration.ofMillis(50);

  final FakeApiServer server;
  final PodMirror mirror = new PodMirror();
  final List<String> said = Collections.synchronizedList(new ArrayList<>());
  final List<ObjectEvent> events = Collections.synchronizedList(new ArrayList<>());
  final OwnNode own;
  private final ApiClient api;
  private final TestAgent agent;
  private final PodWatcher watcher;
  private final PodReporter reporter;
  private final List<Thread> threads = new ArrayList<>();
  private final Object changes = new Object();

  WatchedNode(Path folder) throws IOException {
    this(folder, PAUSE);
  }

  /** With another pause after a first failure. */
  WatchedNode(Path folder, Duration pause) throws IOException {
    server = FakeApiServer.start(ServerSettings.usual().withoutPodDefaults());
    api = server.client();
    agent = new TestAgent(folder);
    own = new OwnNode(api, "edge");
    watcher = new PodWatcher(api, own, mirror, pause, said::add);
    reporter =
        new PodReporter(
            api,
            mirror,
            agent.pods,
            new PodObject(agent.supervisor),
            TestAgent.HOST,
            new PodClocks(Clock.systemUTC(), () -> System.nanoTime() / 1_000_000),
            pause,
            events::add,
            said::add);
    mirror.listen(
        () -> {
          reporter.news();
          synchronized (changes) {
            changes.notifyAll();
          }
        });
    threads.add(new Thread(watcher));
    threads.add(new Thread(reporter));
  }

  void start() {
    threads.forEach(Thread::start);
  }

  void pod(String name, String more) throws IOException {
    server
        .cluster()
        .create(
            "{apiVersion: v1, kind: Pod, metadata: {name: "
                + name
                + "}, spec: {nodeName: edge, containers: [{name: c, image: 'i:1'}]"
                + more
                + "}}");
  }

  void await(Predicate<List<String>> names) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    synchronized (changes) {
      while (!mirror.isKnown() || !names.test(names())) {
        long left = (end - System.nanoTime()) / 1_000_000;
        assertTrue(left > 0, () -> "has " + names() + ", said " + said);
        changes.wait(left);
      }
    }
  }

  /** All names; of those that are not run with a mark. */
  List<String> names() {
    return mirror.all().stream()
        .map(pod -> pod.name().name() + (pod.spec() == null ? "!" : ""))
        .toList();
  }

  /** What the server was told of it first; itself it may be too large to be read here. */
  String awaitTold(String name) throws InterruptedException {
    String path = "/pods/" + name + "/status";
    return server
        .log()
        .await(
            1,
            r -> r.method().equals("PATCH") && r.path().endsWith(path) && r.status() == 200,
            LIMIT)
        .body()
        .orElseThrow()
        .toString();
  }

  LoggedRequest awaitWatch(int count) throws InterruptedException {
    return server.log().await(count, LoggedRequest::isWatch, LIMIT);
  }

  List<LoggedRequest> patches(String name) {
    return server.log().all("PATCH", "/pods/" + name + "/status");
  }

  int lists() {
    return server.log().all(r -> r.path().endsWith("/pods") && !r.isWatch()).size();
  }

  int watches() {
    return server.log().all(LoggedRequest::isWatch).size();
  }

  @Override
  public void close() throws IOException {
    watcher.close();
    reporter.close();
    api.close();
    try {
      for (Thread thread : threads) {
        thread.join(LIMIT.toMillis());
        assertFalse(thread.isAlive());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    agent.close();
    server.close();
  }
}
