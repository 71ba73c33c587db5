package dev.flint.agent.containerd;

import dev.flint.agent.backend.Exit;
import dev.flint.oci.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A further program in a container. Thread-safe. */
public final class ContainerExec implements Closeable {
  private final ContainerdApi api;
  private final String container;
  private final String id;

  private ContainerExec(ContainerdApi api, String container, String id) {
    this.api = api;
    this.container = container;
    this.id = id;
  }

  static ContainerExec start(
      ContainerdApi api, String container, String id, JsonObject process, ExecStreams streams)
      throws IOException {
    api.exec(container, id, process, streams);
    boolean started = false;
    try {
      api.start(container, id);
      started = true;
    } catch (RpcException e) {
      Optional<Exit> exit = CannotRun.exit(e);
      if (exit.isPresent()) {
        throw new ProgramRefused(exit.get(), e);
      }
      throw e;
    } finally {
      if (!started) {
        api.deleteExec(container, id);
      }
    }
    return new ContainerExec(api, container, id);
  }

  /**
   * Waits for its end.
   *
   * @param limit of at least a millisecond
   * @return its exit code, 128 and the signal's number for one ended by a signal, 255 if nobody
   *     knows; empty if it runs on
   */
  public Optional<Integer> await(Duration limit) throws IOException {
    try {
      return Optional.of(api.await(container, id, limit).orElse(255));
    } catch (RpcException e) {
      if (e.status() == RpcException.DEADLINE_EXCEEDED) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Sends a signal; does nothing if it has ended. */
  public void signal(int number) throws IOException {
    api.kill(container, id, number, false);
  }

  /** Says that nothing more comes to its standard input. */
  public void closeStdin() throws IOException {
    api.closeStdin(container, id);
  }

  /** Sets the size of its terminal, in characters. */
  public void resize(int columns, int rows) throws IOException {
    api.resize(container, id, columns, rows);
  }

  /** Ends it if it still runs, and has containerd forget it. */
  @Override
  public void close() throws IOException {
    api.kill(container, id, Signals.KILL, false);
    api.await(container, id, Duration.ofSeconds(10));
    api.deleteExec(container, id);
  }
}
