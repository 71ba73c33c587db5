package dev.flint.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.InstanceStore;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.Resources;
import dev.flint.agent.instance.RestartRule;
import dev.flint.agent.supervise.FakeBackend;
import dev.flint.agent.supervise.InstanceView;
import dev.flint.agent.supervise.Supervisor;
import dev.flint.agent.testing.Containerd;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many instances that take their time to end. */
@Timeout(120)
class StopsTest {
  private static final int MANY = 50;
  private static final int SOME = 10;

  @TempDir Path folder;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger busy = new AtomicInteger();

  private static InstanceSpec spec(int number) {
    return new InstanceSpec(
        new InstanceId("web-" + number),
        "lan.x/web:1",
        List.of(),
        List.of(),
        Map.of(),
        "",
        Resources.UNSAID,
        new Network.Usual(),
        List.of(),
        List.of(),
        RestartRule.NEVER,
        Duration.ofHours(1),
        Map.of());
  }

  private static Stops.Stop stop(int number) {
    return new Stops.Stop(spec(number), Duration.ofHours(1));
  }

  /** A thread for each, as there may be. */
  private void onThread(Runnable work) {
    begun.incrementAndGet();
    busy.incrementAndGet();
    Thread thread =
        new Thread(
            () -> {
              work.run();
              busy.decrementAndGet();
            },
            "stops");
    thread.setDaemon(true);
    thread.start();
  }

  @Test
  void fewThreadsAskThoseThatDoNotAnswer() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    List<InstanceId> asked = new CopyOnWriteArrayList<>();
    Stops stops =
        new Stops(
            this::onThread,
            stop -> {
              asked.add(stop.id());
              await(answer);
            });
    // As long as they are there, they are asked for again and again.
    for (int times = 0; times < 20; times++) {
      for (int i = 0; i < MANY; i++) {
        stops.add(stop(i));
      }
    }
    Containerd.await("as many as may be are asked", () -> asked.size() == Stops.MOST);
    assertEquals(Stops.MOST, begun.get());
    answer.countDown();
    Containerd.await("all threads are gone", () -> busy.get() == 0);
    // Each once; and those once more that were being asked as it was wanted again.
    assertEquals(MANY, asked.stream().distinct().count());
    assertTrue(asked.size() <= MANY + Stops.MOST, asked.toString());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatFailsKeepsNoOtherFromBeingAsked() {
    List<Runnable> later = new ArrayList<>();
    List<InstanceId> asked = new ArrayList<>();
    Stops stops =
        new Stops(
            later::add,
            stop -> {
              asked.add(stop.id());
              throw new IllegalStateException("a mistake");
            });
    stops.add(stop(1));
    stops.add(stop(2));
    later.forEach(Runnable::run);
    assertEquals(List.of(spec(1).id(), spec(2).id()), asked);
  }

  @Test
  void noThreadWaitsForTheEndOfStrangers() throws Exception {
    InstanceStore store = new InstanceStore(folder.resolve("i"), folder.resolve("s"));
    store.open();
    FakeBackend backend = new FakeBackend();
    try (Supervisor supervisor =
        new Supervisor(store, Map.of("fake", backend), Clock.systemUTC(), said::add)) {
      Strangers strangers =
          new Strangers(supervisor, this::onThread, said::add, () -> said.add("left"));
      for (int i = 0; i < SOME; i++) {
        run(supervisor, spec(i));
      }
      backend.running.values().forEach(run -> run.stopsWhenAsked = false);
      for (int i = 0; i < SOME; i++) {
        strangers.end(spec(i));
      }
      Containerd.await("all are asked", () -> areAsked(supervisor) && busy.get() == 0);
      assertEquals(SOME, backend.running.size());
      backend.running.values().forEach(run -> run.end(0));
      Containerd.await("all are gone", () -> supervisor.list().isEmpty() && busy.get() == 0);
      assertEquals(List.of(), said);
    }
  }

  private static void run(Supervisor supervisor, InstanceSpec spec) throws IOException {
    Digest digest = Digest.sha256("m".getBytes(StandardCharsets.UTF_8));
    ImageConfig config = ImageConfig.of(JsonObject.empty().with("feather.backend", "fake"));
    supervisor.create(spec, new PreparedImage(digest, config, new PreparedImage.Layers(List.of())));
    supervisor.start(spec.id());
  }

  private static boolean areAsked(Supervisor supervisor) {
    for (InstanceView view : supervisor.list()) {
      if (view.state().wanted()) {
        return false;
      }
    }
    return true;
  }
}
