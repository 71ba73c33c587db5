package dev.flint.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceStore;
import dev.flint.agent.instance.RestartRule;
import dev.flint.agent.pod.PullCredentials;
import dev.flint.agent.pod.run.ContainerInstance;
import dev.flint.agent.pod.run.ContainerInstance.Step;
import dev.flint.agent.supervise.FakeBackend;
import dev.flint.agent.supervise.Supervisor;
import dev.flint.agent.testing.Containerd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisedInstancesTest {
  private static final InstanceId WEB = new InstanceId("web");

  @TempDir private Path folder;
  private final FakeBackend backend = new FakeBackend();
  private final List<String> said = new ArrayList<>();
  private final Queue<Runnable> work = new ArrayDeque<>();
  private Supervisor supervisor;
  private SupervisedInstances instances;

  @BeforeEach
  void open() throws IOException {
    InstanceStore store = new InstanceStore(folder.resolve("i"), folder.resolve("run"));
    store.open();
    supervisor = new Supervisor(store, Map.of("fake", backend), Clock.systemUTC(), said::add);
    FetchCount count = new FetchCount();
    ChildProgram child = new ChildProgram(List.of("false"), folder.resolve("images"));
    ImageSpace space = new ImageSpace(child, folder, ImageSpace.Rule.USUAL, count, said::add);
    instances =
        new SupervisedInstances(
            supervisor,
            new ImageFetch(child, List.of(), space, count, said::add),
            uid -> PullCredentials.NONE,
            work::add,
            () -> {});
    supervisor.create(FakeBackend.spec(RestartRule.NEVER), FakeBackend.image());
  }

  @AfterEach
  void close() throws IOException {
    supervisor.close();
  }

  private ContainerInstance found() {
    return instances.find(WEB).orElseThrow();
  }

  private void run() {
    instances.start(WEB);
    Objects.requireNonNull(work.poll(), "nothing is to be done").run();
  }

  private void end(int code) throws Exception {
    Objects.requireNonNull(backend.running.get(WEB)).end(code);
    Containerd.await("it ended", () -> found().step() == Step.ENDED);
  }

  /** Else a pod that runs would be told to be pending, and its restarts counted from 0. */
  @Test
  void whatIsStartedAgainIsWhatItWasBefore() throws Exception {
    run();
    end(3);
    run();
    end(4);
    ContainerInstance before = found();
    assertEquals(Step.ENDED, before.step());
    assertEquals(1, before.restarts());

    instances.start(WEB);
    ContainerInstance now = found();
    assertEquals(Step.STARTING, now.step());
    assertEquals(1, now.restarts());
    assertEquals(before.startedMillis(), now.startedMillis());
    assertEquals(before.lastEnd(), now.lastEnd());
    Objects.requireNonNull(work.poll()).run();
    assertEquals(2, found().restarts());
  }
}
