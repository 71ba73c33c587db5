package dev.flint.agent.containerd;

import dev.flint.agent.backend.Exit;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A further program in a container. Thread-safe. */
public final class ContainerExec implements Program {
  private static final long PAUSE_NANOS = 200_000_000;

  private final ContainerdApi api;
  private final ExecEnds ends;
  private final String container;
  private final String id;

  private ContainerExec(ContainerdApi api, ExecEnds ends, String container, String id) {
    this.api = api;
    this.ends = ends;
    this.container = container;
    this.id = id;
  }

  static ContainerExec start(
      ContainerdApi api,
      ExecEnds ends,
      String container,
      String id,
      JsonObject process,
      ExecStreams streams)
      throws IOException {
    try {
      api.exec(container, id, process, streams.forShim());
    } catch (FlintException e) {
      if (e.code() == ErrorCode.NETWORK) {
        // It may be there all the same, if only the answer was lost.
        ends.leave(id);
      }
      throw e;
    }
    try {
      api.start(container, id);
    } catch (IOException e) {
      Optional<Exit> refused =
          e instanceof RpcException rpc ? CannotRun.exit(rpc) : Optional.empty();
      if (refused.isPresent()) {
        api.deleteExec(container, id);
        throw new ProgramRefused(refused.get(), e);
      }
      // It may run all the same, such as one whose streams the shim cannot open.
      try {
        ends.end(id);
      } catch (IOException other) {
        e.addSuppressed(other);
      }
      throw e;
    }
    return new ContainerExec(api, ends, container, id);
  }

  /** Containerd may be away meanwhile, as for its own update: the program runs on. */
  @Override
  public Optional<Integer> await(Duration limit) throws IOException {
    long end = System.nanoTime() + limit.toNanos();
    long left = limit.toNanos();
    while (true) {
      try {
        Duration time = Duration.ofMillis(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
        return Optional.of(api.await(container, id, time).orElse(255));
      } catch (FlintException e) {
        // That it took too long is one of those.
        if (e.code() != ErrorCode.NETWORK || Thread.currentThread().isInterrupted()) {
          throw e;
        }
      }
      left = end - System.nanoTime();
      if (left <= 0) {
        return Optional.empty();
      }
      LockSupport.parkNanos(Math.min(left, PAUSE_NANOS));
      left = end - System.nanoTime();
    }
  }

  @Override
  public void signal(int number) throws IOException {
    api.kill(container, id, number, false);
  }

  @Override
  public void closeStdin() throws IOException {
    api.closeStdin(container, id);
  }

  @Override
  public void resize(int columns, int rows) throws IOException {
    api.resize(container, id, columns, rows);
  }

  /** What cannot be ended now is ended when containerd is back, or by the agent after this one. */
  @Override
  public void close() throws IOException {
    ends.end(id);
  }
}
