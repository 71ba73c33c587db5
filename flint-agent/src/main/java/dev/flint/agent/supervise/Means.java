package dev.flint.agent.supervise;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceStore;
import dev.flint.agent.log.LogPumps;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
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

  /** Whether what was to be run later is run by then. */
  static boolean isDueWithin(Future<?> later, Duration time) {
    return later instanceof Delayed delayed
        && delayed.getDelay(TimeUnit.MILLISECONDS) <= time.toMillis();
  }

  /**
   * Runs a step; if it fails, also by what nobody thought of, then also later and later, until it
   * does not.
   *
   * @throws IOException as it failed now
   */
  void insist(Step step) throws IOException {
    try {
      step.run();
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      Future<?> unused = later(RETRY_MILLIS, () -> insist(step));
      throw e;
    }
  }

  /** Does so on a thread of its own. */
  void insistAside(Step step) {
    run(() -> insist(step));
  }

  /** Runs a step; that it failed is told, and nothing else. */
  void attempt(Step step) {
    try {
      step.run();
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      warn(e);
    }
  }

  /** Tells of a failure. */
  void warn(Throwable failure) {
    try {
      warnings.accept(line(failure));
    } catch (RuntimeException | OutOfMemoryError e) {
      // There is no room even for words.
    }
  }

  /** A failure in one line; of what nobody thought of the kind says more than the words. */
  static String line(Throwable failure) {
    if (failure instanceof IOException known) {
      return FlintException.line(known);
    }
    return failure instanceof UncheckedIOException
        ? String.valueOf(failure.getMessage())
        : failure.toString();
  }
}
