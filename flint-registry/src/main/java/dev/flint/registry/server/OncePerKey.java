package dev.flint.registry.server;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Lets those who want the same at the same time share one piece of work: the first does it, the
 * others wait for what it gives. Nothing is kept afterwards. Thread-safe.
 */
final class OncePerKey<K, V> {
  private final Map<K, FutureTask<V>> running = new ConcurrentHashMap<>();

  /** What the work gives, done by this thread or by the one that is at it. */
  V get(K key, Callable<V> work) throws IOException, Refusal {
    FutureTask<V> own = new FutureTask<>(work);
    FutureTask<V> other = running.putIfAbsent(key, own);
    if (other != null) {
      return result(other);
    }
    try {
      own.run();
    } finally {
      running.remove(key);
    }
    return result(own);
  }

  private static <V> V result(FutureTask<V> task) throws IOException, Refusal {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while another request did the work");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException failure) {
        throw failure;
      }
      if (cause instanceof Refusal refusal) {
        throw refusal;
      }
      throw new IllegalStateException(cause);
    }
  }
}
