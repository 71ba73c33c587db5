package dev.flint.agent.node;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Threads for what would hold up whoever looks after pods. While the system gives no more of them
 * work waits, in its order: a pod whose work was lost would wait for it for ever. Thread-safe.
 */
final class Workers implements Executor {
  private static final int IDLE_SECONDS = 5;

  private final ThreadPoolExecutor threads;
  private final Consumer<String> warnings;

  /** Guarded by this. */
  private final Queue<Runnable> waiting = new ArrayDeque<>();

  /** Guarded by this. */
  private boolean late;

  Workers(ThreadFactory factory, Consumer<String> warnings) {
    this.threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            factory);
    this.warnings = warnings;
  }

  @Override
  public synchronized void execute(Runnable work) {
    waiting.add(work);
    again();
  }

  /** Begins what has waited, as far as there are threads by now. */
  synchronized void again() {
    try {
      while (!waiting.isEmpty()) {
        threads.execute(waiting.element());
        waiting.remove();
      }
      if (late) {
        late = false;
        warnings.accept("there are threads for pods again");
      }
    } catch (RejectedExecutionException e) {
      // Nothing is begun any more.
      waiting.clear();
    } catch (OutOfMemoryError e) {
      if (!late) {
        late = true;
        warnings.accept("there are too few threads for pods: " + e.getMessage());
      }
    }
  }

  /** Begins nothing more, and waits so long for what was begun. */
  void end(int seconds) {
    threads.shutdown();
    try {
      var unused = threads.awaitTermination(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
