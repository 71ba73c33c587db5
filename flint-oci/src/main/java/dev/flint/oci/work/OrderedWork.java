package dev.flint.oci.work;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Work on several threads whose results come back in the order it was given, with a bound on how
 * much is under way. Each task has a tool to itself. Confined to one thread, but for the tasks.
 *
 * @param <W> the tool, such as a coder
 * @param <R> the result
 */
public final class OrderedWork<W extends AutoCloseable, R> implements AutoCloseable {
  private static final int PER_THREAD = 3;

  /** What all that is under way may take, in bytes: machines have more cores than memory. */
  private static final long MEMORY = 48 << 20;

  private final ExecutorService threads;
  private final List<W> tools = new ArrayList<>();
  private final BlockingQueue<W> idle;
  private final Queue<Future<R>> underWay = new ArrayDeque<>();
  private final int limit;

  /** A piece of work. */
  @FunctionalInterface
  public interface Task<W, R> {
    /** Does it; an IOException reaches who takes the result. */
    R run(W tool) throws Exception;
  }

  /** Makes the threads and a tool for each. */
  public OrderedWork(int threadCount, Supplier<W> tool) {
    this.threads = Executors.newFixedThreadPool(threadCount);
    this.limit = limit(threadCount);
    this.idle = new ArrayBlockingQueue<>(threadCount);
    for (int i = 0; i < threadCount; i++) {
      tools.add(tool.get());
    }
    idle.addAll(tools);
  }

  /**
   * How many threads there is memory for, at least 1.
   *
   * @param wanted if there is enough
   * @param taskBytes what a task under way and its result hold
   */
  public static int affordable(int wanted, long taskBytes) {
    return (int) Math.max(1, Math.min(wanted, MEMORY / (PER_THREAD * taskBytes)));
  }

  /** How many tasks are under way at most. */
  public static int limit(int threadCount) {
    return PER_THREAD * threadCount;
  }

  /** Whether the bound is reached; then take before giving more. */
  public boolean isFull() {
    return underWay.size() >= limit;
  }

  /** Whether nothing is under way. */
  public boolean isEmpty() {
    return underWay.isEmpty();
  }

  /** Gives a task to do. */
  public void give(Task<W, R> task) {
    underWay.add(
        threads.submit(
            () -> {
              W tool = idle.remove();
              try {
                return task.run(tool);
              } finally {
                idle.add(tool);
              }
            }));
  }

  /** Waits for the result of the oldest task. */
  public R take() throws IOException {
    try {
      return underWay.remove().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a chunk");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Drops what is not begun and waits for what is. Nobody is interrupted: that would close the
   * files they work on.
   */
  @Override
  public void close() {
    underWay.forEach(task -> task.cancel(false));
    threads.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = threads.awaitTermination(1, TimeUnit.HOURS);
      } catch (InterruptedException e) {
        // The tools hold native memory that a running task still uses.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    tools.forEach(OrderedWork::closeTool);
  }

  private static void closeTool(AutoCloseable tool) {
    try {
      tool.close();
    } catch (Exception e) {
      throw new IllegalStateException("tools close without failing", e);
    }
  }
}
