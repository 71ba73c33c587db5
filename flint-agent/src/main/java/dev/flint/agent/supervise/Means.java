package dev.flint.agent.supervise;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceStore;
import dev.flint.agent.log.LogPumps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What every supervised instance works with. */
record Means(
    InstanceStore store,
    LogPumps logs,
    ScheduledExecutorService executor,
    Clock clock,
    Consumer<InstanceId> listener,
    Consumer<String> warnings) {

  /** Work that may fail. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  /** Until what could not be done is tried again: a backend may be down, or a disk full. */
  static final long RETRY_MILLIS = 2000;

  long nowMillis() {
    return clock.millis();
  }

  void changed(InstanceId id) {
    listener.accept(id);
  }

  /** Runs a step on a thread of its own. */
  void run(Step step) {
    try {
      executor.execute(() -> attempt(step));
    } catch (RejectedExecutionException e) {
      // The agent is ending; the next one finds all on disk.
    }
  }

  /** Runs a step after a time. */
  Future<?> later(long millis, Step step) {
    try {
      return executor.schedule(() -> attempt(step), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The agent is ending; the next one finds all on disk.
      return CompletableFuture.completedFuture(null);
    }
  }

  /**
   * Runs a step; if it fails, also later and later, until it does not.
   *
   * @throws IOException as it failed now
   */
  void insist(Step step) throws IOException {
    try {
      step.run();
    } catch (IOException e) {
      Future<?> unused = later(RETRY_MILLIS, () -> insist(step));
      throw e;
    }
  }

  /** Does so on a thread of its own. */
  void insistAside(Step step) {
    run(() -> insist(step));
  }

  private void attempt(Step step) {
    try {
      step.run();
    } catch (IOException | UncheckedIOException e) {
      warnings.accept(String.valueOf(e.getMessage()));
    }
  }
}
