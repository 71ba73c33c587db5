package dev.flint.agent.supervise;

import static dev.flint.agent.supervise.FakeBackend.image;
import static dev.flint.agent.supervise.FakeBackend.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceState.Phase;
import dev.flint.agent.instance.InstanceStore;
import dev.flint.agent.instance.RestartRule;
import dev.flint.agent.instance.RestartRule.When;
import dev.flint.agent.log.LogQuery;
import dev.flint.agent.log.LogReader;
import dev.flint.agent.supervise.FakeBackend.FakeRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is seen of an instance from one step to the next. */
@Timeout(60)
class SupervisedTest {
  private static final InstanceId WEB = new InstanceId("web");
  private static final int SECONDS = 30;

  @TempDir private Path folder;
  private final FakeBackend backend = new FakeBackend();
  private InstanceStore store;
  private Supervisor supervisor;

  @BeforeEach
  void begin() throws IOException {
    store = new InstanceStore(folder.resolve("instances"), folder.resolve("sockets"));
    store.open();
    supervisor = new Supervisor(store, Map.of("fake", backend), Clock.systemUTC(), warning -> {});
  }

  @AfterEach
  void end() throws IOException {
    supervisor.close();
  }

  /** A shim tells of the end before it has written all that it has read. */
  @Test
  void whatComesAsARunIsCleanedUpAfterIsInItsLog() throws Exception {
    backend.lastWords = "bye\n";
    supervisor.create(spec(RestartRule.NEVER), image());
    supervisor.start(WEB);
    Objects.requireNonNull(backend.running.get(WEB)).end(0);
    supervisor.settled(WEB).get(SECONDS, TimeUnit.SECONDS);
    List<String> lines = new ArrayList<>();
    new LogReader(store.folder(WEB)).read(LogQuery.ALL, line -> lines.add(line.plainText()));
    assertEquals(List.of("hello", "bye"), lines);
  }

  /** A stop while it waits for its next start, which would have cleaned up. */
  @Test
  void whatCouldNotBeCleanedUpIsCleanedUpAsItIsStopped() throws Exception {
    supervisor.create(spec(new RestartRule(When.ALWAYS, 0)), image());
    supervisor.start(WEB);
    backend.away = 1;
    FakeRun first = Objects.requireNonNull(backend.running.get(WEB));
    first.end(1);
    while (supervisor.find(WEB).orElseThrow().state().phase() != Phase.WAITING) {
      Thread.onSpinWait();
    }
    supervisor.stop(WEB);
    supervisor.settled(WEB).get(SECONDS, TimeUnit.SECONDS);
    assertTrue(backend.running.isEmpty());
  }

  @Test
  void whoLooksDoesNotWaitForAStart() throws Exception {
    supervisor.create(spec(RestartRule.NEVER), image());
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    backend.whileItStarts =
        () -> {
          begun.countDown();
          Assertions.assertDoesNotThrow(() -> goOn.await(SECONDS, TimeUnit.SECONDS));
        };
    CompletableFuture<Void> start =
        CompletableFuture.runAsync(
            () -> Assertions.assertDoesNotThrow(() -> supervisor.start(WEB)));
    assertTrue(begun.await(SECONDS, TimeUnit.SECONDS));
    assertEquals(Phase.STARTING, supervisor.find(WEB).orElseThrow().state().phase());
    assertFalse(supervisor.isKnown(WEB) && supervisor.run(WEB).isPresent());
    goOn.countDown();
    start.get(SECONDS, TimeUnit.SECONDS);
    assertEquals(Phase.RUNNING, supervisor.find(WEB).orElseThrow().state().phase());
  }

  /** Whoever had to wait to stop it may come when there is another of its name, in its folder. */
  @Test
  void whatIsGoneWritesNothingMore() throws Exception {
    supervisor.create(spec(RestartRule.NEVER), image());
    supervisor.start(WEB);
    Supervised old = supervisor.instance(WEB);
    supervisor.remove(WEB, true);
    supervisor.create(spec(RestartRule.NEVER), image());
    old.stop(Duration.ofSeconds(1));
    assertEquals(Phase.CREATED, store.state(store.folder(WEB)).phase());
  }
}
