package dev.flint.agent.control;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceState.Phase;
import dev.flint.agent.supervise.InstanceView;
import dev.flint.agent.supervise.Supervisor;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Removes instances that were made to go with their end ({@code --rm}); not while a client holds
 * one, who may still want its logs and its exit code. Thread-safe.
 */
public final class Removals {
  /** The label of such an instance; its value is {@code true}. */
  public static final String LABEL = "dev.flint.remove";

  private final Supervisor supervisor;
  private final Executor executor;
  private final Consumer<String> warnings;
  private final Map<InstanceId, Integer> holders = new HashMap<>();

  /** Of the instances of a supervisor, by threads of an executor. */
  public Removals(Supervisor supervisor, Executor executor, Consumer<String> warnings) {
    this.supervisor = supervisor;
    this.executor = executor;
    this.warnings = warnings;
  }

  /** Looks at an instance that has changed. */
  public void changed(InstanceId id) {
    executor.execute(() -> removeIfDue(id));
  }

  synchronized void hold(InstanceId id) {
    holders.merge(id, 1, Integer::sum);
  }

  void release(InstanceId id) {
    synchronized (this) {
      holders.computeIfPresent(id, (key, count) -> count == 1 ? null : count - 1);
    }
    changed(id);
  }

  private synchronized boolean isHeld(InstanceId id) {
    return holders.containsKey(id);
  }

  private void removeIfDue(InstanceId id) {
    Optional<InstanceView> view = supervisor.find(id);
    if (view.isEmpty()
        || isHeld(id)
        || view.get().state().phase() != Phase.EXITED
        || view.get().state().wanted()
        || !"true".equals(view.get().spec().labels().get(LABEL))) {
      return;
    }
    try {
      supervisor.remove(id, true);
    } catch (IOException e) {
      warnings.accept("instance " + id + " cannot be removed: " + e.getMessage());
    }
  }
}
