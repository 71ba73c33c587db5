package dev.flint.build;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.work.PatientJoin;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Does the same for several things on all cores. The first failure ends the others' work. */
final class SideBySide {
  private SideBySide() {}

  /** What is done for one thing; called by several threads at once. */
  @FunctionalInterface
  interface Task<T, R> {
    R run(T thing) throws IOException;
  }

  /**
   * Does all, and leaves nothing running.
   *
   * @throws IOException the first failure
   */
  static <T, R> Map<T, R> run(List<T> things, Task<T, R> task) throws IOException {
    Map<T, R> results = new LinkedHashMap<>();
    if (things.size() == 1) {
      results.put(things.get(0), task.run(things.get(0)));
      return results;
    }
    int threads = Math.min(things.size(), Runtime.getRuntime().availableProcessors());
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CompletionService<Map.Entry<T, R>> done = new ExecutorCompletionService<>(pool);
      for (T thing : things) {
        done.submit(() -> Map.entry(thing, task.run(thing)));
      }
      for (int i = 0; i < things.size(); i++) {
        Map.Entry<T, R> next = done.take().get();
        results.put(next.getKey(), next.getValue());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted();
    } catch (ExecutionException e) {
      throw failure(e);
    } finally {
      PatientJoin.end(pool);
    }
  }

  private static IOException failure(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof IOException known) {
      return known;
    }
    if (cause instanceof RuntimeException bug) {
      throw bug;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new FlintException(ErrorCode.INTERNAL, "a build failed: " + cause, e);
  }

  private static IOException interrupted() {
    return new InterruptedIOException("interrupted while variants were built");
  }
}
