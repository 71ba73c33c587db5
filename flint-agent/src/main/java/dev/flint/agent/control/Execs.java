package dev.flint.agent.control;

import dev.flint.agent.containerd.ContainerExec;
import dev.flint.agent.containerd.ExecStreams;
import dev.flint.agent.containerd.ProgramRefused;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.supervise.Supervisor;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Further programs that clients run in containers. A program belongs to the connection that started
 * it; others may steer it, as that one waits for its end. Thread-safe.
 */
public final class Execs {
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final Supervisor supervisor;
  private final Map<String, ContainerExec> running = new HashMap<>();
  private int count;

  /** Of an agent. */
  public Execs(Supervisor supervisor) {
    this.supervisor = supervisor;
  }

  /** Starts one; answers its key, or the exit code that stands for why it could not be. */
  JsonObject start(InstanceId id, JsonObject request) throws IOException {
    ExecStreams streams =
        new ExecStreams(
            path(request, "stdin"),
            path(request, "stdout"),
            path(request, "stderr"),
            request.flag("terminal"));
    ContainerExec exec;
    try {
      exec = supervisor.exec(id, request.strings("args"), request.stringMap("env"), streams);
    } catch (ProgramRefused e) {
      return JsonObject.empty()
          .with("code", e.exitCode())
          .with("message", String.valueOf(e.getMessage()));
    }
    synchronized (this) {
      String key = Integer.toString(++count);
      running.put(key, exec);
      return JsonObject.empty().with("exec", key);
    }
  }

  /** To containerd a path may also be an address; it is given none. */
  private static String path(JsonObject request, String name) throws FlintException {
    String path = request.string(name).orElse("");
    if (!path.isEmpty() && !path.startsWith("/")) {
      throw request.wrong(name, "an absolute path");
    }
    return path;
  }

  /** Waits for the end of one, unless the client that waits goes away. */
  JsonObject await(JsonObject request, Lines client) throws IOException {
    ContainerExec exec = find(request);
    Optional<Integer> code = exec.await(LOOK);
    while (code.isEmpty()) {
      client.requireThere();
      code = exec.await(LOOK);
    }
    return JsonObject.empty().with("code", code.get());
  }

  JsonObject closeStdin(JsonObject request) throws IOException {
    find(request).closeStdin();
    return JsonObject.empty();
  }

  JsonObject signal(JsonObject request) throws IOException {
    find(request).signal((int) request.integer("signal").orElse(0));
    return JsonObject.empty();
  }

  JsonObject resize(JsonObject request) throws IOException {
    find(request)
        .resize(
            (int) request.integer("columns").orElse(0), (int) request.integer("rows").orElse(0));
    return JsonObject.empty();
  }

  private synchronized ContainerExec find(JsonObject request) throws FlintException {
    ContainerExec exec = running.get(request.requiredString("exec"));
    if (exec == null) {
      throw new FlintException(ErrorCode.NOT_FOUND, "there is no such program any more");
    }
    return exec;
  }

  /** Ends one and forgets it. */
  void end(String key) {
    ContainerExec exec;
    synchronized (this) {
      exec = running.remove(key);
    }
    try {
      if (exec != null) {
        exec.close();
      }
    } catch (IOException e) {
      // It goes with its container.
    }
  }
}
