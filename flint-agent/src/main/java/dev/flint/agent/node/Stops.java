package dev.flint.agent.node;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks many instances to end by a few threads, in their order. To ask one may take seconds, and it
 * is wanted again as long as the instance is there: so each is asked by one thread at a time, and
 * what is wanted already and not yet begun is not wanted twice. Thread-safe.
 */
final class Stops {
  /**
   * Those that do not answer keep a thread for a while, and are not to keep the others for long.
   */
  static final int MOST = 32;

  /** An instance that is to end, unless there is another in its name by then. */
  record Stop(InstanceSpec spec, Duration grace) {
    InstanceId id() {
      return spec.id();
    }
  }

  private final Executor executor;
  private final Consumer<Stop> work;

  /** Guarded by this. */
  private final Set<Stop> waiting = new LinkedHashSet<>();

  /** Guarded by this. */
  private final Set<InstanceId> asked = new HashSet<>();

  /** Guarded by this. */
  private int threads;

  /**
   * Of an executor with threads to wait in.
   *
   * @param work asks one; it tells of what fails itself
   */
  Stops(Executor executor, Consumer<Stop> work) {
    this.executor = executor;
    this.work = work;
  }

  /** Has an instance asked, soon. */
  void add(Stop stop) {
    synchronized (this) {
      waiting.add(stop);
      if (threads == MOST) {
        return;
      }
      threads++;
    }
    executor.execute(this::run);
  }

  private void run() {
    for (Stop stop = next(null); stop != null; stop = next(stop)) {
      try {
        work.accept(stop);
      } catch (RuntimeException | OutOfMemoryError e) {
        // The others are to be asked all the same.
      }
    }
  }

  /** What is to be asked next; null if there is nothing, so that the thread may go. */
  private synchronized @Nullable Stop next(@Nullable Stop done) {
    if (done != null) {
      asked.remove(done.id());
    }
    for (Iterator<Stop> it = waiting.iterator(); it.hasNext(); ) {
      Stop stop = it.next();
      if (asked.add(stop.id())) {
        it.remove();
        return stop;
      }
    }
    threads--;
    return null;
  }
}
