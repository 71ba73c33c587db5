package dev.flint.agent.supervise;

import static dev.flint.agent.supervise.FakeBackend.image;
import static dev.flint.agent.supervise.FakeBackend.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Exit;
import dev.flint.agent.instance.Extras;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.instance.InstanceState.End;
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
import java.util.Optional;
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
@Timeout(180)
class SupervisedTest {
  private static final InstanceId WEB = new InstanceId("web");
  private static final int SECONDS = 60;

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

  /** Else a pod would be ready for a moment, which takes one away that works. */
  @Test
  void whatCannotBeRunIsAtNoTimeRunning() throws Exception {
    backend.endsAtOnce = Optional.of(new Exit(127, Exit.Reason.CANNOT_RUN, "there is no /nope"));
    supervisor.create(spec(RestartRule.NEVER), image());
    supervisor.start(WEB);
    supervisor.settled(WEB).get(SECONDS, TimeUnit.SECONDS);
    InstanceState.End end = supervisor.find(WEB).orElseThrow().state().end().orElseThrow();
    assertEquals(127, end.code());
    assertEquals(0, end.startedMillis());
  }

  private String wordsAfter(int code, String own, boolean ofLog) throws Exception {
    backend.said = own;
    StringBuilder log = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      log.append("line ")
          .append(i)
          .append(i < 90 ? "" : " \u001b[1m" + "x".repeat(60))
          .append('\n');
    }
    backend.lastWords = log.toString();
    supervisor.create(
        spec(RestartRule.NEVER).withExtras(new Extras(List.of(), "/end", ofLog, "")), image());
    supervisor.start(WEB);
    Objects.requireNonNull(backend.running.get(WEB)).end(code);
    supervisor.settled(WEB).get(SECONDS, TimeUnit.SECONDS);
    String words = supervisor.find(WEB).orElseThrow().state().end().orElseThrow().words();
    // A later agent knows them too.
    assertEquals(words, store.state(store.folder(WEB)).end().orElseThrow().words());
    supervisor.remove(WEB, true);
    return words;
  }

  /** The log is whole only when all was cleaned up after. */
  @Test
  void whatFailsWithoutAWordHasTheEndOfItsLogTold() throws Exception {
    assertEquals("", wordsAfter(3, "", false));
    assertEquals("", wordsAfter(0, "", true));
    assertEquals("I am\ndone", wordsAfter(3, "I am\ndone", true));
    assertEquals("I am\ndone", wordsAfter(0, "I am\ndone", false));
    String words = wordsAfter(3, "", true);
    assertTrue(words.startsWith("line 20\nline 21\n"), words);
    assertTrue(words.endsWith("line 99 " + "x".repeat(60) + "\n"), words);
  }

  @Test
  void ofALongLogTheEndIsTold() throws Exception {
    backend.lastWords = "\u00e9".repeat(5000) + "\n";
    supervisor.create(
        spec(RestartRule.NEVER).withExtras(new Extras(List.of(), "/end", true, "")), image());
    supervisor.start(WEB);
    Objects.requireNonNull(backend.running.get(WEB)).end(1);
    supervisor.settled(WEB).get(SECONDS, TimeUnit.SECONDS);
    assertEquals(
        "\u00e9".repeat(1023) + "\n",
        supervisor.find(WEB).orElseThrow().state().end().orElseThrow().words());
  }

  /** A stop while it waits for its next start, which would have cleaned up. */
  @Test
  void whatCouldNotBeCleanedUpIsCleanedUpAsItIsStopped() throws Exception {
    supervisor.create(spec(new RestartRule(When.ALWAYS, 0)), image());
    supervisor.start(WEB);
    FakeRun ended = null;
    while (supervisor.find(WEB).orElseThrow().state().phase() != Phase.WAITING) {
      // It may run again before this thread has its turn; each time it waits longer.
      FakeRun run = backend.running.get(WEB);
      if (run != null && run != ended) {
        backend.away = 1;
        run.end(1);
        ended = run;
      }
      Thread.onSpinWait();
    }
    supervisor.stop(WEB);
    supervisor.settled(WEB).get(SECONDS, TimeUnit.SECONDS);
    assertTrue(backend.running.isEmpty());
  }

  /** As where there is no clock but that of the network, and none yet. */
  @Test
  void aClockThatWasSetBackDelaysNoStart() throws Exception {
    supervisor.create(spec(new RestartRule(When.ALWAYS, 0)), image());
    supervisor.close();
    long later = System.currentTimeMillis() + Duration.ofDays(20_000).toMillis();
    InstanceState state = store.state(store.folder(WEB)).starting(false, later);
    End end = new End(1, "Error", "", later, later);
    store.keep(store.folder(WEB), state.exited(end).waiting(later + 100));
    CountDownLatch started = new CountDownLatch(1);
    backend.whileItStarts = started::countDown;
    supervisor = new Supervisor(store, Map.of("fake", backend), Clock.systemUTC(), warning -> {});
    supervisor.recover();
    assertTrue(started.await(SECONDS, TimeUnit.SECONDS));
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
