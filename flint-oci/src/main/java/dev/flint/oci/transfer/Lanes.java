package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.work.PatientJoin;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Does the same for several blobs, a few at a time. The first failure ends the others' work, and is
 * the one that counts. Nothing is left running when a call returns.
 */
final class Lanes {
  private final int count;
  private final Runnable hangUp;

  /** What is done for one blob; called by several threads at once. */
  interface Task {
    void run(Descriptor blob) throws IOException;
  }

  /**
   * Lanes.
   *
   * @param count how many blobs at most at a time, at least 1
   * @param hangUp ends what threads do that they cannot be interrupted in
   */
  Lanes(int count, Runnable hangUp) {
    this.count = count;
    this.hangUp = hangUp;
  }

  /**
   * Does all; where nothing could be done at the same time, in the caller's own thread.
   *
   * @throws InterruptedIOException if the caller is interrupted, once the work has ended
   */
  void run(List<Descriptor> blobs, Task task) throws IOException {
    int threads = Math.min(count, blobs.size());
    if (threads > 1) {
      new Run(blobs, task, threads).complete();
      return;
    }
    for (Descriptor blob : blobs) {
      task.run(blob);
    }
  }

  private final class Run {
    private final Iterator<Descriptor> rest;
    private final Task task;
    private final List<Thread> threads = new ArrayList<>();

    /** Guarded by this, as the rest is. */
    private @Nullable Throwable failure;

    Run(List<Descriptor> blobs, Task task, int count) {
      this.rest = blobs.iterator();
      this.task = task;
      for (int i = 1; i <= count; i++) {
        Thread thread = new Thread(this::lane, "flint-blob-" + i);
        thread.setDaemon(true);
        threads.add(thread);
      }
    }

    private void lane() {
      try {
        for (Optional<Descriptor> next = next(); next.isPresent(); next = next()) {
          task.run(next.get());
        }
      } catch (IOException | RuntimeException | Error e) {
        fail(e);
      }
    }

    private synchronized Optional<Descriptor> next() {
      return failure == null && rest.hasNext() ? Optional.of(rest.next()) : Optional.empty();
    }

    private void fail(Throwable e) {
      if (isFirst(e)) {
        // First this, so that nobody begins anew what is ended next.
        threads.stream()
            .filter(thread -> thread != Thread.currentThread())
            .forEach(Thread::interrupt);
        hangUp.run();
      }
    }

    private synchronized boolean isFirst(Throwable e) {
      Throwable first = failure;
      if (first == null) {
        failure = e;
        return true;
      }
      if (first != e) {
        first.addSuppressed(e);
      }
      return false;
    }

    void complete() throws IOException {
      try {
        threads.forEach(Thread::start);
      } catch (Error e) {
        // The machine has no more threads.
        fail(e);
      }
      PatientJoin.all(
          threads, () -> fail(new InterruptedIOException("interrupted while blobs were copied")));
      rethrow();
    }

    private synchronized void rethrow() throws IOException {
      Throwable first = failure;
      if (first instanceof IOException e) {
        throw e;
      }
      if (first instanceof RuntimeException e) {
        throw e;
      }
      if (first instanceof Error e) {
        throw e;
      }
    }
  }
}
