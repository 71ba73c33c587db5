package dev.flint.agent.supervise;

import static dev.flint.agent.supervise.FakeBackend.image;
import static dev.flint.agent.supervise.FakeBackend.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Finding;
import dev.flint.agent.containerd.ExecStreams;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.instance.InstanceState.Phase;
import dev.flint.agent.instance.InstanceStore;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.RestartRule;
import dev.flint.agent.instance.RestartRule.When;
import dev.flint.agent.log.LogQuery;
import dev.flint.agent.log.LogReader;
import dev.flint.agent.supervise.FakeBackend.FakeRun;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {
  private static final InstanceId WEB = new InstanceId("web");
  private static final int SECONDS = 60;

  @TempDir private Path folder;
  private final FakeBackend backend = new FakeBackend();
  private final BlockingQueue<String> warnings = new LinkedBlockingQueue<>();
  private Supervisor supervisor;
  private InstanceStore store;

  @BeforeEach
  void begin() throws IOException {
    store = new InstanceStore(folder.resolve("instances"), folder.resolve("sockets"));
    store.open();
    supervisor = newSupervisor();
  }

  @AfterEach
  void end() throws IOException {
    supervisor.close();
  }

  private Supervisor newSupervisor() {
    return new Supervisor(store, Map.of("fake", backend), Clock.systemUTC(), warnings::add);
  }

  /** No state can be written any more, as on a full disk. */
  private void fillDisk() throws IOException {
    Files.createDirectories(inTheWay().resolve("x"));
  }

  private void freeDisk() throws IOException {
    Files.delete(inTheWay().resolve("x"));
    // Whoever tries again meanwhile writes there.
    Files.deleteIfExists(inTheWay());
  }

  private Path inTheWay() {
    return store.folder(WEB).root().resolve("state.json.new");
  }

  /** Fills the disk as soon as a state is there. */
  private void fillDiskAt(Phase phase) {
    supervisor.listen(
        id -> {
          if (warnings.isEmpty() && supervisor.find(id).orElseThrow().state().phase() == phase) {
            Assertions.assertDoesNotThrow(this::fillDisk);
          }
        });
  }

  private void awaitWarning() throws Exception {
    Objects.requireNonNull(warnings.poll(SECONDS, TimeUnit.SECONDS), "a warning");
  }

  /** The first state that will do. */
  private InstanceState await(Predicate<InstanceState> wanted) throws Exception {
    BlockingQueue<InstanceId> changes = new LinkedBlockingQueue<>();
    supervisor.listen(changes::add);
    changes.add(WEB);
    while (changes.poll(SECONDS, TimeUnit.SECONDS) != null) {
      Optional<InstanceState> state = supervisor.find(WEB).map(InstanceView::state);
      if (state.isPresent() && wanted.test(state.get())) {
        return state.get();
      }
    }
    throw new AssertionError("it never came to be");
  }

  private FakeRun run() {
    return Objects.requireNonNull(backend.running.get(WEB));
  }

  private void startWeb(RestartRule rule) throws Exception {
    supervisor.create(spec(rule), image());
    supervisor.start(WEB);
    await(state -> state.phase() == Phase.RUNNING);
  }

  @Test
  void runsAnInstanceToItsEnd() throws Exception {
    startWeb(RestartRule.NEVER);
    run().end(3);
    assertEquals(3, supervisor.end(WEB).get(SECONDS, TimeUnit.SECONDS).code());
    InstanceState state = await(s -> s.phase() == Phase.EXITED && !s.wanted());
    assertEquals("Error", state.end().orElseThrow().reason());
    assertEquals(List.of("start web", "clean web"), backend.calls());
    assertFalse(Files.exists(store.folder(WEB).plan()));
    String log = Files.readString(store.folder(WEB).logs().resolve("0.log"));
    assertTrue(log.endsWith("Z stdout F hello\n"), log);
  }

  @Test
  void aGuestRunsNoFurtherProgramAndNothingDoesThatDoesNotRun() throws Exception {
    startWeb(RestartRule.NEVER);
    FlintException guest =
        assertThrows(
            FlintException.class,
            () -> supervisor.exec(WEB, List.of("ls"), Map.of(), ExecStreams.NONE));
    assertEquals(ErrorCode.UNSUPPORTED, guest.code());
    assertEquals("see its console: flint logs web", guest.remedy());
    run().end(0);
    await(s -> s.phase() == Phase.EXITED);
    FlintException over =
        assertThrows(
            FlintException.class,
            () -> supervisor.exec(WEB, List.of("ls"), Map.of(), ExecStreams.NONE));
    assertEquals(ErrorCode.USAGE, over.code());
  }

  @Test
  void whatThisHostCannotRunIsNotStarted() throws Exception {
    backend.findings = List.of(Finding.refused("memory", "too little", "less of -m"));
    supervisor.create(spec(RestartRule.NEVER), image());
    supervisor.start(WEB);
    InstanceState state = await(s -> s.phase() == Phase.EXITED);
    assertEquals("ContainerCannotRun", state.end().orElseThrow().reason());
    assertEquals(
        "this host cannot run it: memory: too little; less of -m",
        state.end().orElseThrow().message());
    assertEquals(List.of(), backend.calls());
  }

  @Test
  void startsAgainWhatFailedAsOftenAsItMay() throws Exception {
    startWeb(new RestartRule(When.ON_FAILURE, 2));
    for (int i = 1; i <= 2; i++) {
      int restarts = i;
      run().end(1);
      await(state -> state.phase() == Phase.RUNNING && state.restarts() == restarts);
    }
    run().end(1);
    InstanceState state = await(s -> s.phase() == Phase.EXITED && !s.wanted());
    assertEquals(2, state.restarts());
  }

  @Test
  void doesNotStartAgainWhatEndedWellOrWasStopped() throws Exception {
    startWeb(new RestartRule(When.ON_FAILURE, 0));
    run().end(0);
    await(s -> s.phase() == Phase.EXITED && !s.wanted());
    supervisor.remove(WEB, false);
    startWeb(new RestartRule(When.ALWAYS, 0));
    supervisor.stop(WEB, Duration.ofSeconds(SECONDS));
    assertEquals(0, await(s -> s.phase() == Phase.EXITED).restarts());
  }

  /** U28: stop. */
  @Test
  void endsWhatDoesNotStopInTime() throws Exception {
    startWeb(RestartRule.NEVER);
    run().stopsWhenAsked = false;
    supervisor.stop(WEB, Duration.ZERO);
    assertEquals(137, supervisor.end(WEB).get(SECONDS, TimeUnit.SECONDS).code());
  }

  /** As with {@code kubectl delete --now} after a delete with much time. */
  @Test
  void whatIsStoppedMayGetLessTimeButNotMore() throws Exception {
    startWeb(RestartRule.NEVER);
    run().stopsWhenAsked = false;
    supervisor.stop(WEB, Duration.ofDays(1));
    supervisor.stop(WEB, Duration.ofMillis(10));
    supervisor.stop(WEB, Duration.ofDays(1));
    assertEquals(137, supervisor.end(WEB).get(SECONDS, TimeUnit.SECONDS).code());
  }

  @Test
  void tellsWhyAStartFailed() throws Exception {
    backend.startFailure = Optional.of(new FlintException(ErrorCode.LOCAL_IO, "no", "do"));
    supervisor.create(spec(RestartRule.NEVER), image());
    supervisor.start(WEB);
    InstanceState state = await(s -> s.phase() == Phase.EXITED);
    assertEquals(125, state.end().orElseThrow().code());
    assertEquals("no; do", state.end().orElseThrow().message());
    assertEquals(List.of("start web", "clean web"), backend.calls());
  }

  @Test
  void adoptsWhatRuns() throws Exception {
    startWeb(RestartRule.NEVER);
    FakeRun before = run();
    supervisor.close();
    supervisor = newSupervisor();
    supervisor.recover();
    assertEquals(Phase.RUNNING, await(s -> backend.calls().contains("adopt web")).phase());
    before.end(0);
    await(s -> s.phase() == Phase.EXITED);
    assertEquals(1, backend.calls().stream().filter("start web"::equals).count());
  }

  @Test
  void asksAgainWhereNobodyAnsweredYet() throws Exception {
    startWeb(RestartRule.NEVER);
    supervisor.close();
    backend.away = 1;
    supervisor = newSupervisor();
    supervisor.recover();
    await(s -> backend.calls().stream().filter("adopt web"::equals).count() == 2);
    run().end(0);
    await(s -> s.phase() == Phase.EXITED);
  }

  @Test
  void cleansUpAgainWhereNobodyAnswered() throws Exception {
    startWeb(new RestartRule(When.ALWAYS, 0));
    backend.away = 1;
    run().end(1);
    assertEquals(1, supervisor.end(WEB).get(SECONDS, TimeUnit.SECONDS).code());
    await(s -> s.phase() == Phase.RUNNING && s.restarts() == 1);
    assertEquals(List.of("start web", "clean web", "clean web", "start web"), backend.calls());
  }

  /** As it does where memory is out; it is not to be shown as running for ever. */
  @Test
  void cleansUpAgainAfterWhatNobodyThoughtOf() throws Exception {
    startWeb(new RestartRule(When.ALWAYS, 0));
    backend.broken = 1;
    run().end(1);
    assertEquals(1, supervisor.end(WEB).get(SECONDS, TimeUnit.SECONDS).code());
    await(s -> s.phase() == Phase.RUNNING && s.restarts() == 1);
    assertEquals(List.of("start web", "clean web", "clean web", "start web"), backend.calls());
    assertEquals("java.lang.IllegalStateException: broken", warnings.poll());
  }

  @Test
  void anEndThatCannotBeToldOfIsOne() throws Exception {
    startWeb(new RestartRule(When.ALWAYS, 0));
    supervisor.listen(
        id -> {
          throw new IllegalStateException("deaf");
        });
    run().end(1);
    await(s -> s.phase() == Phase.RUNNING && s.restarts() == 1);
  }

  @Test
  void killsAgainAfterWhatNobodyThoughtOf() throws Exception {
    startWeb(RestartRule.NEVER);
    run().stopsWhenAsked = false;
    run().clumsy.set(2);
    supervisor.stop(WEB, Duration.ZERO);
    assertEquals(137, supervisor.end(WEB).get(SECONDS, TimeUnit.SECONDS).code());
  }

  @Test
  void aStartWithoutMemoryHasFailed() throws Exception {
    backend.whileItStarts =
        () -> {
          throw new OutOfMemoryError("as it starts");
        };
    supervisor.create(spec(RestartRule.NEVER), image());
    supervisor.start(WEB);
    InstanceState state = await(s -> s.phase() == Phase.EXITED);
    assertEquals(125, state.end().orElseThrow().code());
    assertEquals("java.lang.OutOfMemoryError: as it starts", state.end().orElseThrow().message());
    assertEquals(List.of("start web", "clean web"), backend.calls());
    backend.whileItStarts = () -> {};
    supervisor.start(WEB);
    await(s -> s.phase() == Phase.RUNNING);
  }

  @Test
  void aStartThatCannotBeKeptIsRefusedAndNothingElse() throws Exception {
    supervisor.create(spec(RestartRule.NEVER), image());
    fillDisk();
    assertThrows(IOException.class, () -> supervisor.start(WEB));
    assertEquals(List.of(), backend.calls());
    freeDisk();
    supervisor.start(WEB);
    await(s -> s.phase() == Phase.RUNNING);
  }

  @Test
  void whatIsDueAsTheDiskIsFullIsStartedWhenThereIsSpace() throws Exception {
    startWeb(new RestartRule(When.ALWAYS, 0));
    fillDiskAt(Phase.WAITING);
    run().end(1);
    awaitWarning();
    assertEquals(1, backend.calls().stream().filter("start web"::equals).count());
    freeDisk();
    await(s -> s.phase() == Phase.RUNNING && s.restarts() == 1);
  }

  @Test
  void whatRunsGoesOnAsTheDiskIsFull() throws Exception {
    supervisor.create(spec(RestartRule.NEVER), image());
    fillDiskAt(Phase.STARTING);
    supervisor.start(WEB);
    awaitWarning();
    await(s -> s.phase() == Phase.RUNNING);
    run().end(3);
    awaitWarning();
    assertEquals(List.of("start web"), backend.calls());
    freeDisk();
    assertEquals(3, await(s -> s.phase() == Phase.EXITED).end().orElseThrow().code());
  }

  @Test
  void whatCouldNotBeStartedIsToldWhenThereIsSpace() throws Exception {
    backend.startFailure = Optional.of(new FlintException(ErrorCode.LOCAL_IO, "no", "do"));
    supervisor.create(spec(RestartRule.NEVER), image());
    fillDiskAt(Phase.STARTING);
    assertThrows(IOException.class, () -> supervisor.start(WEB));
    freeDisk();
    assertEquals(125, await(s -> s.phase() == Phase.EXITED).end().orElseThrow().code());
  }

  @Test
  void whatRunsIsStoppedAndRemovedAsTheDiskIsFull() throws Exception {
    startWeb(RestartRule.NEVER);
    fillDisk();
    FakeRun run = run();
    supervisor.stop(WEB, Duration.ofSeconds(SECONDS));
    assertEquals(0, run.ended().get(SECONDS, TimeUnit.SECONDS).code());
    awaitWarning();
    freeDisk();
    await(s -> s.phase() == Phase.EXITED);
    fillDisk();
    supervisor.remove(WEB, true);
    assertFalse(Files.exists(store.folder(WEB).root()));
  }

  @Test
  void noticesWhatIsGone() throws Exception {
    startWeb(RestartRule.NEVER);
    supervisor.close();
    backend.running.clear();
    supervisor = newSupervisor();
    supervisor.recover();
    assertEquals("Lost", await(s -> s.phase() == Phase.EXITED).end().orElseThrow().reason());
    assertTrue(backend.calls().contains("clean web"));
  }

  @Test
  void startsWhatWasAboutToStart() throws Exception {
    supervisor.create(spec(RestartRule.NEVER), image());
    supervisor.close();
    store.keep(store.folder(WEB), InstanceState.created(1).starting(false, 1));
    supervisor = newSupervisor();
    supervisor.recover();
    assertEquals(0, await(s -> s.phase() == Phase.RUNNING).restarts());
  }

  @Test
  void cleansUpAfterAnEndThatWasNotCleanedUpAfter() throws Exception {
    startWeb(RestartRule.NEVER);
    InstanceState running = store.state(store.folder(WEB));
    supervisor.close();
    store.keep(
        store.folder(WEB),
        running.exited(new InstanceState.End(0, "Completed", "", 1, 2)).unwanted());
    backend.lastWords = "bye\n";
    supervisor = newSupervisor();
    supervisor.recover();
    await(s -> !Files.exists(store.folder(WEB).plan()));
    assertTrue(backend.calls().contains("clean web"));
    supervisor.settled(WEB).get(SECONDS, TimeUnit.SECONDS);
    List<String> lines = new ArrayList<>();
    new LogReader(store.folder(WEB)).read(LogQuery.ALL, line -> lines.add(line.plainText()));
    assertEquals(List.of("hello", "bye"), lines);
    assertFalse(Files.exists(store.folder(WEB).rawOut()));
  }

  @Test
  void removesARunningOneOnlyWhenForced() throws Exception {
    startWeb(RestartRule.NEVER);
    assertEquals(
        ErrorCode.USAGE,
        assertThrows(FlintException.class, () -> supervisor.remove(WEB, false)).code());
    supervisor.remove(WEB, true);
    assertTrue(supervisor.list().isEmpty());
    assertFalse(Files.exists(store.folder(WEB).root()));
  }

  /** U37: other hypervisors. */
  @Test
  void refusesABackendThatThereIsNot() throws Exception {
    PreparedImage other =
        new PreparedImage(
            image().manifest(),
            ImageConfig.of(JsonObject.empty().with("feather.backend", "other")),
            image().content());
    FlintException refused =
        assertThrows(FlintException.class, () -> supervisor.create(spec(RestartRule.NEVER), other));
    assertEquals(ErrorCode.UNSUPPORTED, refused.code());
    assertTrue(
        String.valueOf(refused.getMessage())
            .contains("wants the backend other, which is not enabled here"));
  }

  @Test
  void refusesASecondOfTheSameName() throws Exception {
    supervisor.create(spec(RestartRule.NEVER), image());
    assertEquals(
        ErrorCode.USAGE,
        assertThrows(
                FlintException.class, () -> supervisor.create(spec(RestartRule.NEVER), image()))
            .code());
  }

  @Test
  void tellsTheBackendByTheNameThatTheImageHas() throws Exception {
    PreparedImage other =
        new PreparedImage(
            image().manifest(),
            ImageConfig.of(JsonObject.empty().with("feather.backend", "alias")),
            image().content());
    try (Supervisor both =
        new Supervisor(
            store, Map.of("fake", backend, "alias", backend), Clock.systemUTC(), warnings::add)) {
      both.create(spec(RestartRule.NEVER), other);
      assertEquals("alias", both.find(WEB).orElseThrow().backend());
    }
  }
}
