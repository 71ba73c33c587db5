package dev.flint.agent.node;

import dev.flint.agent.backend.ConfigRefused;
import dev.flint.agent.backend.UnsupportedBackend;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.BackendChoice;
import dev.flint.agent.pod.PullCredentials;
import dev.flint.agent.pod.PullPolicy;
import dev.flint.agent.pod.launch.PodLabels;
import dev.flint.agent.pod.run.ContainerInstance;
import dev.flint.agent.pod.run.ContainerInstance.Step;
import dev.flint.agent.pod.run.Instances;
import dev.flint.agent.supervise.InstanceView;
import dev.flint.agent.supervise.Supervisor;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.StoreLock;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The supervisor as pods see it: nothing waits, and what is under way has a name. Thread-safe. */
final class SupervisedInstances implements Instances {
  private static final long RETRY_NANOS = 2_000_000_000L;

  /** Longer than any removal takes. */
  private static final long UNDER_WAY_NANOS = 60_000_000_000L;

  private final Supervisor supervisor;
  private final ImageFetch images;
  private final Function<String, PullCredentials> credentials;
  private final Executor executor;
  private final Stops stops;
  private final Runnable wake;
  private final Map<InstanceId, ContainerInstance> underWay = new HashMap<>();

  /** The images of pods that are not to be asked for by name, by uid. Guarded by this. */
  private final Map<String, Map<String, PreparedImage>> pins = new HashMap<>();

  /** Removals under way, and when those that failed may be tried again. Guarded by this. */
  private final Map<InstanceId, Long> removals = new HashMap<>();

  /**
   * @param credentials of a pod, by its uid
   */
  SupervisedInstances(
      Supervisor supervisor,
      ImageFetch images,
      Function<String, PullCredentials> credentials,
      Executor executor,
      Runnable wake) {
    this.supervisor = supervisor;
    this.images = images;
    this.credentials = credentials;
    this.executor = executor;
    this.stops = new Stops(executor, this::stop);
    this.wake = wake;
  }

  private interface Work {
    void run() throws IOException;
  }

  @Override
  public Optional<ContainerInstance> find(InstanceId id) {
    synchronized (this) {
      ContainerInstance step = underWay.get(id);
      if (step != null) {
        return Optional.of(step);
      }
    }
    return supervisor.find(id).map(SupervisedInstances::of);
  }

  @Override
  public long age(InstanceId id) {
    return supervisor.age(id);
  }

  @Override
  public long runAge(InstanceId id) {
    return supervisor.runAge(id);
  }

  private static ContainerInstance of(InstanceView view) {
    InstanceState state = view.state();
    Step step =
        switch (state.phase()) {
          case CREATED -> Step.CREATED;
          case STARTING -> Step.STARTING;
          case RUNNING -> Step.RUNNING;
          case WAITING, EXITED -> Step.ENDED;
        };
    return new ContainerInstance(
        view.spec(),
        step,
        "",
        "",
        state.restarts(),
        state.startedMillis(),
        state.end().orElse(null));
  }

  /** Has the containers of a pod made of these images, by their names. */
  synchronized void pin(String uid, Map<String, PreparedImage> images) {
    if (images.isEmpty()) {
      pins.remove(uid);
    } else {
      pins.put(uid, images);
    }
  }

  private synchronized @Nullable PreparedImage pinned(InstanceSpec spec) {
    Map<String, PreparedImage> images = pins.get(spec.labels().getOrDefault(PodLabels.UID, ""));
    return images == null ? null : images.get(spec.labels().get(PodLabels.CONTAINER));
  }

  @Override
  public void create(InstanceSpec spec, PullPolicy pull) {
    if (supervised(spec.id()).isPresent()) {
      // It was made before; what failed was something later.
      forget(spec.id());
      wake.run();
      return;
    }
    put(spec, Step.CREATING, "", "");
    executor.execute(
        () -> {
          String reason = "ErrImagePull";
          try {
            PreparedImage pin = pinned(spec);
            PullCredentials with = credentials.apply(spec.labels().getOrDefault(PodLabels.UID, ""));
            PreparedImage image =
                pin == null
                    ? images.get(spec.image(), pull, with)
                    : images.get(spec.image(), pin, with);
            reason = "CreateContainerError";
            backend(spec).require(spec.image(), image.config().backend().orElse("containerd"));
            createIfAwaited(spec, image);
          } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // Untold, it would be under way for ever.
            boolean absent = pull == PullPolicy.NEVER && isCode(e, ErrorCode.NOT_FOUND);
            if (isAwaited(spec)) {
              String known = known(e);
              put(
                  spec,
                  Step.FAILED,
                  !known.isEmpty() ? known : absent ? "ErrImageNeverPull" : reason,
                  line(e));
            }
          }
          wake.run();
        });
  }

  /** The reason that a failure itself has; empty for others. */
  private static String known(Throwable failure) {
    if (failure instanceof ConfigRefused) {
      return "CreateContainerConfigError";
    }
    if (failure instanceof UnsupportedBackend) {
      return "UnsupportedBackend";
    }
    return failure instanceof ChildFailure child ? child.reason() : "";
  }

  private static BackendChoice backend(InstanceSpec spec) {
    return new BackendChoice(
        spec.labels().getOrDefault(PodLabels.BACKEND, ""),
        spec.labels().getOrDefault(PodLabels.BACKEND_FIELD, ""));
  }

  @Override
  public void start(InstanceId id) {
    supervised(id).ifPresent(view -> during(view.spec(), () -> supervisor.start(id)));
  }

  /** By now its pod may be gone, or another. */
  private void createIfAwaited(InstanceSpec spec, PreparedImage image) throws IOException {
    if (!isAwaited(spec)) {
      return;
    }
    try (StoreLock.Hold hold = images.hold(image)) {
      supervisor.create(spec, image);
    }
    if (isAwaited(spec)) {
      forget(spec.id());
    } else {
      supervisor.remove(spec.id(), true);
    }
  }

  private synchronized boolean isAwaited(InstanceSpec spec) {
    ContainerInstance step = underWay.get(spec.id());
    return step != null && step.spec().equals(spec);
  }

  /** So that nothing is started twice while it starts. */
  private void during(InstanceSpec spec, Work work) {
    put(spec, Step.STARTING, "", "");
    executor.execute(
        () -> {
          try {
            work.run();
            forget(spec.id());
          } catch (IOException | RuntimeException | OutOfMemoryError e) {
            put(spec, Step.FAILED, "RunContainerError", line(e));
          }
          wake.run();
        });
  }

  @Override
  public void stop(InstanceId id, Duration grace) {
    supervised(id).ifPresent(view -> stops.add(new Stops.Stop(view.spec(), grace)));
  }

  private void stop(Stops.Stop stop) {
    if (!attempt(stop.id(), () -> stop(stop.spec(), stop.grace()))) {
      // Nothing happens by itself now.
      wake.run();
    }
  }

  private void stop(InstanceSpec spec, Duration grace) throws IOException {
    // By now there may be one of a new pod of this name.
    boolean still = supervised(spec.id()).filter(view -> view.spec().equals(spec)).isPresent();
    if (still) {
      supervisor.stop(spec.id(), grace);
    }
  }

  @Override
  public void remove(InstanceId id) {
    Optional<InstanceView> view = supervised(id);
    if (view.isEmpty()) {
      forget(id);
      wake.run();
      return;
    }
    if (mayRemove(id)) {
      executor.execute(
          () -> {
            boolean done = attempt(id, () -> supervisor.remove(id, true));
            removed(id, done);
            if (done) {
              wake.run();
            }
          });
    }
  }

  /** Whether removals are under way, or are to be tried again. */
  synchronized boolean isRemoving() {
    return !removals.isEmpty();
  }

  private synchronized boolean mayRemove(InstanceId id) {
    Long after = removals.get(id);
    if (after != null && System.nanoTime() - after < 0) {
      return false;
    }
    removals.put(id, System.nanoTime() + UNDER_WAY_NANOS);
    return true;
  }

  private synchronized void removed(InstanceId id, boolean done) {
    if (done) {
      removals.remove(id);
      underWay.remove(id);
    } else {
      removals.put(id, System.nanoTime() + RETRY_NANOS);
    }
  }

  /** Returns whether it was done, or there is nothing to do it with. */
  private boolean attempt(InstanceId id, Work work) {
    try {
      work.run();
      return true;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      if (isCode(e, ErrorCode.NOT_FOUND)) {
        return true;
      }
      supervised(id).ifPresent(view -> put(view.spec(), Step.FAILED, "KillError", line(e)));
      return false;
    }
  }

  private Optional<InstanceView> supervised(InstanceId id) {
    return supervisor.find(id);
  }

  /** What it ran before is not forgotten meanwhile: a pod would be told to be pending again. */
  private void put(InstanceSpec spec, Step step, String reason, String message) {
    Optional<InstanceState> state =
        supervised(spec.id()).filter(view -> view.spec().equals(spec)).map(InstanceView::state);
    ContainerInstance now =
        new ContainerInstance(
            spec,
            step,
            reason,
            message,
            state.map(InstanceState::restarts).orElse(0),
            state.map(InstanceState::startedMillis).orElse(0L),
            state.flatMap(InstanceState::end).orElse(null));
    synchronized (this) {
      underWay.put(spec.id(), now);
    }
  }

  private synchronized void forget(InstanceId id) {
    underWay.remove(id);
  }

  private static boolean isCode(Throwable e, ErrorCode code) {
    return e instanceof FlintException known && known.code() == code;
  }

  /** A failure in one line, also one that nobody thought of. */
  static String line(Throwable e) {
    return e instanceof IOException known ? FlintException.line(known) : e.toString();
  }
}
