package dev.flint.agent.supervise;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.Run;
import dev.flint.agent.backend.UnsupportedBackend;
import dev.flint.agent.backend.Usage;
import dev.flint.agent.containerd.Attachable;
import dev.flint.agent.containerd.ContainerExec;
import dev.flint.agent.containerd.ContainerRun;
import dev.flint.agent.containerd.ExecStreams;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.instance.InstanceState.End;
import dev.flint.agent.instance.InstanceStore;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.log.LogPumps;
import dev.flint.agent.log.RunOutput;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** All instances of a device. One process has them at a time. Thread-safe. */
public final class Supervisor implements Closeable {
  private static final int THREADS = 4;

  /** The backend of an image that names none. */
  private static final String USUAL_BACKEND = "containerd";

  private final InstanceStore store;
  private final Map<String, Backend> backends;
  private final LogPumps logs;
  private final ScheduledThreadPoolExecutor executor;
  private final List<Consumer<InstanceId>> listeners = new CopyOnWriteArrayList<>();
  private final Means means;
  private final TreeMap<InstanceId, Supervised> instances = new TreeMap<>();
  private final AtomicInteger recovering = new AtomicInteger();

  /**
   * Of a store that was opened.
   *
   * @param backends by the name images call them
   * @param warnings is told what failed where nobody waits for an answer
   */
  public Supervisor(
      InstanceStore store, Map<String, Backend> backends, Clock clock, Consumer<String> warnings) {
    this.store = store;
    this.backends = backends;
    this.logs = new LogPumps(warnings);
    this.executor = new ScheduledThreadPoolExecutor(THREADS);
    executor.setRemoveOnCancelPolicy(true);
    this.means = new Means(store, logs, executor, clock, this::tell, warnings);
  }

  private void tell(InstanceId id) {
    for (Consumer<InstanceId> listener : listeners) {
      try {
        listener.accept(id);
      } catch (RuntimeException | OutOfMemoryError e) {
        // What has changed has changed, and others want to hear of it.
        means.warn(e);
      }
    }
  }

  /** Has a listener told of every change; it must not wait. */
  public void listen(Consumer<InstanceId> listener) {
    listeners.add(listener);
  }

  /**
   * Takes over what an earlier process has left: adopts what runs, cleans up after what does not.
   */
  public void recover() throws IOException {
    for (InstanceId id : store.ids()) {
      InstanceFolder folder = store.folder(id);
      try {
        Supervised instance =
            supervised(folder, store.spec(folder), store.image(folder), store.state(folder));
        synchronized (this) {
          instances.put(id, instance);
        }
        recovering.incrementAndGet();
        means.run(() -> recover(instance));
      } catch (IOException e) {
        means.warnings().accept("instance " + id + " cannot be read: " + e.getMessage());
      }
    }
  }

  private void recover(Supervised instance) throws IOException {
    try {
      instance.recover();
    } finally {
      recovering.decrementAndGet();
    }
  }

  /** Whether all that {@link #recover} began is done. */
  public boolean isRecovered() {
    return recovering.get() == 0;
  }

  /** Where an instance is or would be. */
  public InstanceFolder folder(InstanceId id) {
    return store.folder(id);
  }

  private Supervised supervised(
      InstanceFolder folder, InstanceSpec spec, PreparedImage image, InstanceState state)
      throws IOException {
    Backend backend = backend(image);
    return new Supervised(means, folder, spec, image, backendName(image), backend, state);
  }

  private static String backendName(PreparedImage image) throws FlintException {
    return image.config().backend().orElse(USUAL_BACKEND);
  }

  private Backend backend(PreparedImage image) throws FlintException {
    String name = backendName(image);
    Backend backend = backends.get(name);
    if (backend == null) {
      throw new UnsupportedBackend(
          "image "
              + image.manifest()
              + " wants the backend "
              + name
              + ", which is not enabled here",
          "enabled are: " + String.join(", ", new TreeMap<>(backends).keySet()));
    }
    return backend;
  }

  /** What a start of an instance would do; nothing is made. */
  public LaunchPlan plan(InstanceSpec spec, PreparedImage image) throws IOException {
    return backend(image).plan(spec, image, store.folder(spec.id()));
  }

  /**
   * Makes an instance, which does not run yet.
   *
   * @throws FlintException USAGE if there is one of this name, UNSUPPORTED if its backend cannot
   *     give what it wants
   */
  public void create(InstanceSpec wish, PreparedImage image) throws IOException {
    InstanceSpec spec = backend(image).settled(wish);
    // What cannot run is better refused now than in a log.
    plan(spec, image);
    synchronized (this) {
      InstanceState state = InstanceState.created(means.nowMillis());
      InstanceFolder folder = store.create(spec, image, state);
      instances.put(spec.id(), supervised(folder, spec, image, state));
    }
    tell(spec.id());
  }

  /** Starts an instance, unless it runs. */
  public void start(InstanceId id) throws IOException {
    instance(id).start();
  }

  /** Asks it to end by itself, and ends it after its own time of grace; does not wait. */
  public void stop(InstanceId id) throws IOException {
    Supervised instance = instance(id);
    instance.stop(instance.view().spec().stopGrace());
  }

  /** Asks it to end by itself, and ends it after a time of grace; does not wait. */
  public void stop(InstanceId id, Duration grace) throws IOException {
    instance(id).stop(grace);
  }

  /** Ends it now; does not wait. Whether it is started again is up to its rule. */
  public void kill(InstanceId id) throws IOException {
    instance(id).kill();
  }

  /**
   * Forgets an instance.
   *
   * @param force whether one that runs is ended
   * @throws FlintException USAGE if it runs and may not be ended
   */
  public void remove(InstanceId id, boolean force) throws IOException {
    Supervised instance = instance(id);
    if (!force && instance.view().state().isActive()) {
      throw new FlintException(
          ErrorCode.USAGE, "instance " + id + " is running", "stop it first, or use --force");
    }
    instance.remove();
    synchronized (this) {
      // One of this name may have been made since.
      instances.remove(id, instance);
    }
    tell(id);
  }

  /** All instances, by name. */
  public List<InstanceView> list() {
    List<Supervised> all;
    synchronized (this) {
      all = List.copyOf(instances.values());
    }
    List<InstanceView> views = new ArrayList<>();
    for (Supervised instance : all) {
      views.add(instance.view());
    }
    return views;
  }

  /** One instance. */
  public Optional<InstanceView> find(InstanceId id) {
    Supervised instance;
    synchronized (this) {
      instance = instances.get(id);
    }
    return instance == null ? Optional.empty() : Optional.of(instance.view());
  }

  /** How long ago an instance was made, by the time of day, in ms; 0 if there is none. */
  public long age(InstanceId id) {
    return since(find(id).map(view -> view.state().createdMillis()).orElse(0L));
  }

  /** How long ago its present run began, or the last one; likewise. */
  public long runAge(InstanceId id) {
    return since(find(id).map(view -> view.state().startedMillis()).orElse(0L));
  }

  private long since(long millis) {
    return millis == 0 ? 0 : Math.max(0, means.nowMillis() - millis);
  }

  /** Whether the state of an instance is what it is, and not what an earlier process knew of it. */
  public boolean isKnown(InstanceId id) {
    Supervised instance;
    synchronized (this) {
      instance = instances.get(id);
    }
    return instance == null || instance.isKnown();
  }

  /** The end of its present run, or of the last one if none runs or will. */
  public CompletableFuture<End> end(InstanceId id) throws FlintException {
    return instance(id).end();
  }

  /** Completes when it does not run and will not be started again by itself. */
  public CompletableFuture<InstanceState> settled(InstanceId id) throws FlintException {
    return instance(id).settled();
  }

  /** What its run takes; empty if it does not run. */
  public Optional<Usage> usage(InstanceId id) throws IOException {
    Run running = instance(id).run().orElse(null);
    return running == null ? Optional.empty() : Optional.of(running.usage());
  }

  /** Its run, if it runs. */
  public Optional<Run> run(InstanceId id) throws FlintException {
    return instance(id).run();
  }

  /** The run to whose program one may type; empty if it does not run, or nobody may. */
  public Optional<Attachable> attachable(InstanceId id) throws FlintException {
    Run running = instance(id).run().orElse(null);
    return running instanceof Attachable one ? Optional.of(one) : Optional.empty();
  }

  /** Brings its log up to date, which else follows its output within half a second. */
  public void updateLog(InstanceId id) {
    logs.look(id);
  }

  /**
   * What its present run writes from now on, as it is; empty if it has none, or only its log may be
   * seen.
   */
  public Optional<RunOutput> output(InstanceId id) throws IOException {
    return logs.follow(id);
  }

  /**
   * Runs a further program in a container.
   *
   * @param argv program and arguments
   * @throws FlintException UNSUPPORTED for a guest, USAGE if it does not run
   */
  public ContainerExec exec(
      InstanceId id, List<String> argv, Map<String, String> env, ExecStreams streams)
      throws IOException {
    Optional<Run> run = instance(id).run();
    if (run.isEmpty()) {
      throw new FlintException(
          ErrorCode.USAGE, "instance " + id + " does not run", "flint restart " + id);
    }
    if (!(run.get() instanceof ContainerRun container)) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "instance " + id + " is a guest, which runs no program but its own",
          "see its console: flint logs " + id);
    }
    return container.exec(argv, env, streams);
  }

  /** Whether anything runs, or will. */
  public boolean isActive() {
    List<Supervised> all;
    synchronized (this) {
      all = List.copyOf(instances.values());
    }
    for (Supervised instance : all) {
      if (instance.view().state().isActive()) {
        return true;
      }
    }
    return false;
  }

  synchronized Supervised instance(InstanceId id) throws FlintException {
    Supervised instance = instances.get(id);
    if (instance == null) {
      throw new FlintException(
          ErrorCode.NOT_FOUND, "there is no instance named " + id, "see flint ps --all");
    }
    return instance;
  }

  /** Lets go of everything; what runs goes on. */
  @Override
  public void close() throws IOException {
    executor.shutdownNow();
    synchronized (this) {
      instances.values().forEach(Supervised::release);
    }
    logs.close();
  }
}
