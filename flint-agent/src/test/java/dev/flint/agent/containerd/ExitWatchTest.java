package dev.flint.agent.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.oci.error.FlintException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ExitWatchTest {
  /** As a socket it is refused by what nobody thought of. */
  private static final Path STRANGE =
      FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/containerd.sock");

  private final ContainerdApi api = new ContainerdApi(STRANGE, "test");
  private final List<Thread> threads = new ArrayList<>();
  private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
  private int refusals;
  private final ExitWatch watch = new ExitWatch(api, this::thread);

  private Thread thread(Runnable work) {
    if (refusals > 0) {
      refusals--;
      throw new OutOfMemoryError("unable to create native thread");
    }
    Thread thread = new Thread(work, "watches");
    thread.setUncaughtExceptionHandler((which, why) -> uncaught.add(why));
    threads.add(thread);
    return thread;
  }

  private ContainerRun run(String id) throws FlintException {
    return new ContainerRun(api, watch, TestSpecs.plan(id), "");
  }

  @Test
  void whatNobodyThoughtOfDoesNotEndIt() throws Exception {
    ContainerRun run = run("web");
    watch.add(run);
    Thread reader = threads.get(0);
    while (uncaught.isEmpty() && reader.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    assertEquals(List.of(), uncaught);
    watch.remove(run);
    reader.join();
    assertEquals(List.of(), uncaught);
    assertEquals(1, threads.size());
  }

  @Test
  void aThreadThatTheSystemDoesNotGiveIsAskedForAnew() throws Exception {
    refusals = 1;
    ContainerRun first = run("first");
    assertThrows(OutOfMemoryError.class, () -> watch.add(first));
    ContainerRun next = run("next");
    watch.add(next);
    assertEquals(1, threads.size());
    watch.remove(next);
    // It does not look at what was refused.
    threads.get(0).join();
    assertFalse(first.ended().isDone());
  }
}
