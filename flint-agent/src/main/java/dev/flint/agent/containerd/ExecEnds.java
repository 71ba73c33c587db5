package dev.flint.agent.containerd;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends the further programs of a container: also those that nobody looks after any more, and those
 * that could not be ended as containerd was away. Thread-safe.
 */
final class ExecEnds {
  /** For which one is tried again by whoever wants it ended. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration DEATH = Duration.ofSeconds(10);

  /** The same in a thread that has more to do. */
  private static final Duration SOON = Duration.ofSeconds(1);

  private static final long PAUSE_NANOS = 200_000_000;

  private final ContainerdApi api;
  private final String container;

  /** Guarded by this. */
  private final Set<String> left = new LinkedHashSet<>();

  ExecEnds(ContainerdApi api, String container) {
    this.api = api;
    this.container = container;
  }

  /** Ends one and has it forgotten; if that fails, it is tried again by {@link #endLeft}. */
  void end(String exec) throws IOException {
    leave(exec);
    long limit = System.nanoTime() + PATIENCE.toNanos();
    boolean ended = false;
    while (!ended) {
      try {
        end(exec, DEATH);
        ended = true;
      } catch (FlintException e) {
        boolean away = e.code() == ErrorCode.NETWORK && System.nanoTime() < limit;
        if (!away || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private void end(String exec, Duration limit) throws IOException {
    try {
      api.kill(container, exec, Signals.KILL, false);
      api.await(container, exec, limit);
    } catch (RpcException e) {
      if (e.code() == ErrorCode.NETWORK) {
        throw e;
      }
      // It was made and never begun.
    }
    api.deleteExec(container, exec);
    synchronized (this) {
      left.remove(exec);
    }
  }

  /** Has one ended by {@link #endLeft}. */
  synchronized void leave(String exec) {
    left.add(exec);
  }

  /** Ends what could not be ended when that was wanted. */
  void endLeft() {
    List<String> all;
    synchronized (this) {
      all = List.copyOf(left);
    }
    for (String exec : all) {
      try {
        end(exec, SOON);
      } catch (IOException e) {
        // It stays among them.
      }
    }
  }

  /** Ends all that run and are ours: those of an agent that is no more. */
  void endAll() throws IOException {
    for (String exec : api.execs(container)) {
      if (ContainerRun.isExec(exec)) {
        leave(exec);
      }
    }
    endLeft();
  }
}
