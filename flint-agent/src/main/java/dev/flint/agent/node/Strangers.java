package dev.flint.agent.node;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.supervise.InstanceView;
import dev.flint.agent.supervise.Supervisor;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Ends and forgets what is left of pods whose files went while no agent was looking. No thread
 * waits for their ends. Thread-safe.
 */
final class Strangers {
  private final Supervisor supervisor;
  private final Executor executor;
  private final Consumer<String> warnings;
  private final Runnable left;
  private final Stops stops;
  private final Set<InstanceId> spared = new HashSet<>();

  /**
   * @param left told when one is left, so that it is tried again
   */
  Strangers(Supervisor supervisor, Executor executor, Consumer<String> warnings, Runnable left) {
    this.supervisor = supervisor;
    this.executor = executor;
    this.warnings = warnings;
    this.left = left;
    this.stops = new Stops(executor, this::ask);
  }

  /** Leaves one alone of which nobody knows whether it is one. */
  void spare(InstanceSpec spec) {
    if (spared.add(spec.id())) {
      warnings.accept(
          spec.id()
              + " may be of a pod file that cannot be read: it is left as it is, and nobody looks"
              + " after it");
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  /** Asks one to end, and forgets it when it has. */
  void end(InstanceSpec spec) {
    stops.add(new Stops.Stop(spec, spec.stopGrace()));
  }

  private void ask(Stops.Stop stop) {
    InstanceId id = stop.id();
    attempt(
        id,
        () -> {
          if (!isThere(stop.spec())) {
            return;
          }
          supervisor.stop(id, stop.grace());
          CompletableFuture<Void> unused =
              supervisor
                  .settled(id)
                  .thenRunAsync(() -> attempt(id, () -> forget(stop.spec())), executor);
        });
  }

  private void forget(InstanceSpec spec) throws IOException {
    if (isThere(spec)) {
      supervisor.remove(spec.id(), true);
    }
  }

  /** By now there may be one of a new pod of this name. */
  private boolean isThere(InstanceSpec spec) {
    InstanceView view = supervisor.find(spec.id()).orElse(null);
    return view != null && view.spec().labels().equals(spec.labels());
  }

  private void attempt(InstanceId id, Work work) {
    try {
      work.run();
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      left.run();
      warnings.accept("instance " + id + " is left: " + SupervisedInstances.line(e));
    }
  }
}
