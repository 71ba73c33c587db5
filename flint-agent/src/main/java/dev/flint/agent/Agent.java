package dev.flint.agent;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.containerd.ExecPipes;
import dev.flint.agent.control.ControlServer;
import dev.flint.agent.control.ControlSession;
import dev.flint.agent.control.Execs;
import dev.flint.agent.control.Removals;
import dev.flint.agent.instance.InstanceStore;
import dev.flint.agent.node.FetchCount;
import dev.flint.agent.supervise.Supervisor;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A running agent: the one process that has a state folder. What it runs goes on without it. */
public final class Agent implements Closeable {
  private static final int IDLE_SECONDS = 5;

  /** By then an agent has started, and what it took to start is garbage. */
  private static final int START_SECONDS = 20;

  /** A collection takes some 20 ms of processor time. */
  private static final int REST_SECONDS = 600;

  private final StateFolder state;
  private final FileChannel lock;
  private final Supervisor supervisor;
  private final ExecutorService executor;
  private final ControlServer control;
  private final CountDownLatch shutdown;
  private final AtomicReference<Supplier<JsonObject>> pods;
  private final FetchCount fetches;

  private Agent(
      StateFolder state,
      FileChannel lock,
      Supervisor supervisor,
      ExecutorService executor,
      ControlServer control,
      CountDownLatch shutdown,
      AtomicReference<Supplier<JsonObject>> pods,
      FetchCount fetches) {
    this.state = state;
    this.lock = lock;
    this.supervisor = supervisor;
    this.executor = executor;
    this.control = control;
    this.shutdown = shutdown;
    this.pods = pods;
    this.fetches = fetches;
  }

  /**
   * Takes a state folder over, with all that runs in it.
   *
   * @param backends by the name images call them
   * @param warnings is told what nobody else hears
   * @throws FlintException LOCAL_IO if another agent has the folder
   */
  public static Agent start(
      StateFolder state, Map<String, Backend> backends, Clock clock, Consumer<String> warnings)
      throws IOException {
    return start(state, backends, clock, warnings, false);
  }

  /** As above, perhaps on demand: such an agent ends when one that is a service asks it to. */
  static Agent start(
      StateFolder state,
      Map<String, Backend> backends,
      Clock clock,
      Consumer<String> warnings,
      boolean onDemand)
      throws IOException {
    state.create();
    FileChannel lock = lock(state);
    try {
      state.keepSockets();
      ExecPipes.sweep(state.sockets());
      InstanceStore store = new InstanceStore(state.instances(), state.sockets());
      store.open();
      Supervisor supervisor = new Supervisor(store, backends, clock, warnings);
      ThreadPoolExecutor executor =
          new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
      executor.allowCoreThreadTimeOut(true);
      Removals removals = new Removals(supervisor, executor, warnings);
      supervisor.listen(removals::changed);
      supervisor.recover();
      CountDownLatch shutdown = new CountDownLatch(1);
      AtomicReference<Supplier<JsonObject>> pods = new AtomicReference<>(JsonObject::empty);
      FetchCount fetches = new FetchCount();
      ControlServer control =
          ControlServer.start(
              state.socket(),
              new ControlSession.Factory(
                  supervisor,
                  removals,
                  new Execs(supervisor),
                  shutdown::countDown,
                  onDemand,
                  () -> Objects.requireNonNull(pods.get()).get(),
                  fetches::fetched));
      return new Agent(state, lock, supervisor, executor, control, shutdown, pods, fetches);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static FileChannel lock(StateFolder state) throws IOException {
    FileChannel channel =
        FileChannel.open(state.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    @Nullable FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Another agent of this process.
    }
    if (lock == null) {
      channel.close();
      throw new FlintException(
          ErrorCode.LOCAL_IO, "another agent has " + state.root(), "use that one, or end it first");
    }
    return channel;
  }

  /** All instances. */
  public Supervisor supervisor() {
    return supervisor;
  }

  /** What was fetched, by whomever. */
  public FetchCount fetches() {
    return fetches;
  }

  /** Has clients told of pods; nobody says anything of them before. */
  public void tellOfPods(Supplier<JsonObject> document) {
    pods.set(document);
  }

  /** Asks it to end. */
  public void end() {
    shutdown.countDown();
  }

  /**
   * Waits until somebody asks it to end. Now and then what bursts of work took goes back to the
   * device: by itself the VM shrinks the heap of a process that does little once in days.
   */
  public void awaitShutdown() throws InterruptedException {
    int pause = START_SECONDS;
    while (!shutdown.await(pause, TimeUnit.SECONDS)) {
      System.gc();
      pause = REST_SECONDS;
    }
  }

  /**
   * Waits until it is asked to end, or nothing has run and nobody was there for a while. Then
   * nobody can come any more.
   */
  public void awaitIdle() throws InterruptedException, IOException {
    boolean idle = false;
    while (!shutdown.await(IDLE_SECONDS, TimeUnit.SECONDS)) {
      boolean idleNow = !supervisor.isActive() && control.connections() == 0;
      if (idle && idleNow && control.closeIfUnused()) {
        return;
      }
      idle = idleNow;
    }
  }

  @Override
  public void close() throws IOException {
    try (lock;
        supervisor;
        control) {
      executor.shutdown();
      state.removeSockets();
    }
  }
}
