package dev.flint.agent.supervise;

import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.instance.InstanceState.End;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Who waits for an instance: for the end of a run, or until it stands still. Used under the lock of
 * the instance, but for {@link #await}.
 */
final class Waiters {
  private CompletableFuture<End> nextEnd = new CompletableFuture<>();
  private final List<CompletableFuture<InstanceState>> forRest = new ArrayList<>();

  /** A run begins. */
  void begun() {
    if (nextEnd.isDone()) {
      nextEnd = new CompletableFuture<>();
    }
  }

  /** The run has ended. */
  void ended(End end) {
    nextEnd.complete(end);
  }

  /** The end of the run that was begun last. */
  CompletableFuture<End> nextEnd() {
    return nextEnd;
  }

  /** Completes when it stands still. */
  CompletableFuture<InstanceState> add() {
    CompletableFuture<InstanceState> waiter = new CompletableFuture<>();
    forRest.add(waiter);
    return waiter;
  }

  /** It stands still. */
  void rests(InstanceState state) {
    for (CompletableFuture<InstanceState> waiter : forRest) {
      waiter.complete(state);
    }
    forRest.clear();
  }

  /** Waits for an end for a while; one that does not come is no error. */
  static void await(CompletableFuture<End> end, int seconds) throws IOException {
    try {
      end.get(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // Whoever waits goes on all the same.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while an instance ended");
    }
  }
}
