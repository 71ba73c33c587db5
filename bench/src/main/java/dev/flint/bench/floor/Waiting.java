package dev.flint.bench.floor;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waiting for work on another thread. */
final class Waiting {
  private Waiting() {}

  static <T> T join(Future<T> work) throws IOException {
    try {
      return work.get();
    } catch (ExecutionException e) {
      throw new IOException("work of the floor failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while measuring the floor");
    }
  }
}
