package dev.flint.agent.containerd;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The services of containerd that Flint uses (containerd/api/services), in one namespace. Field
 * numbers are those of its .proto files, the same in 1.6 and 2.x. Thread-safe.
 */
final class ContainerdApi {
  private static final String CONTAINERS = "containers.v1.Containers/";
  private static final String TASKS = "tasks.v1.Tasks/";
  private static final String RUNTIME = "io.containerd.runc.v2";
  private static final String OCI = "types.containerd.io/opencontainers/runtime-spec/1/";
  private static final Duration SHORT = Duration.ofSeconds(15);

  /** For what starts processes, on a device that has much to do. */
  private static final Duration LONG = Duration.ofMinutes(1);

  private final String namespace;
  private final Rpc rpc;

  ContainerdApi(Path socket, String namespace) {
    this.namespace = namespace;
    this.rpc = new Rpc(socket, namespace);
  }

  /** Its version, for example {@code 1.6.20}. */
  String version() throws FlintException {
    ProtoReader in = rpc.call("version.v1.Version/Version", new ProtoWriter(), SHORT);
    String version = "";
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == 1) {
        version = in.string();
      }
    }
    return version;
  }

  /** Makes the namespace, if it is not there. */
  void createNamespace() throws FlintException {
    ProtoWriter wanted = new ProtoWriter().string(1, namespace);
    try {
      rpc.call("namespaces.v1.Namespaces/Create", new ProtoWriter().message(1, wanted), SHORT);
    } catch (RpcException e) {
      if (e.status() != RpcException.ALREADY_EXISTS) {
        throw e;
      }
    }
  }

  /**
   * Makes a container with one label.
   *
   * @throws RpcException ALREADY_EXISTS
   */
  void createContainer(String id, String label, String value, JsonObject spec)
      throws FlintException {
    ProtoWriter container =
        new ProtoWriter()
            .string(1, id)
            .message(2, new ProtoWriter().string(1, label).string(2, value))
            .message(4, new ProtoWriter().string(1, RUNTIME))
            .message(5, json("Spec", spec));
    rpc.call(CONTAINERS + "Create", new ProtoWriter().message(1, container), SHORT);
  }

  /** An Any of a type that containerd keeps as JSON. */
  private static ProtoWriter json(String type, JsonObject document) {
    return new ProtoWriter().string(1, OCI + type).bytes(2, document.bytes());
  }

  /** A label of a container; empty if it has not got it, or is not there. */
  Optional<String> containerLabel(String id, String label) throws FlintException {
    Optional<ProtoReader> answer = find(CONTAINERS + "Get", new ProtoWriter().string(1, id));
    String value = "";
    if (answer.isPresent()) {
      ProtoReader in = answer.get();
      for (int field = in.next(); field != 0; field = in.next()) {
        if (field == 1) {
          value = label(in.message(), label);
        }
      }
    }
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  private static String label(ProtoReader container, String wanted) throws FlintException {
    String found = "";
    for (int field = container.next(); field != 0; field = container.next()) {
      if (field == 2) {
        ProtoReader entry = container.message();
        String key = "";
        String value = "";
        for (int part = entry.next(); part != 0; part = entry.next()) {
          if (part == 1) {
            key = entry.string();
          } else if (part == 2) {
            value = entry.string();
          }
        }
        found = key.equals(wanted) ? value : found;
      }
    }
    return found;
  }

  /** Deletes a container without a task, if it is there. */
  void deleteContainer(String id) throws FlintException {
    find(CONTAINERS + "Delete", new ProtoWriter().string(1, id));
  }

  /**
   * Mounts the root file system and makes the first process, which waits.
   *
   * @param streams a FIFO for input, files for output
   */
  void createTask(String id, List<RootMount> rootfs, ExecStreams streams) throws FlintException {
    ProtoWriter request = new ProtoWriter().string(1, id);
    for (RootMount mount : rootfs) {
      ProtoWriter message = new ProtoWriter().string(1, mount.type()).string(2, mount.source());
      for (String option : mount.options()) {
        message.string(4, option);
      }
      request.message(3, message);
    }
    request
        .string(4, streams.stdin())
        .string(5, streams.stdout())
        .string(6, streams.stderr())
        .flag(7, streams.terminal());
    rpc.call(TASKS + "Create", request, LONG);
  }

  /** Lets the first process, or an exec, begin. */
  void start(String id, String exec) throws FlintException {
    rpc.call(TASKS + "Start", new ProtoWriter().string(1, id).string(2, exec), LONG);
  }

  /** How a task is. */
  Optional<TaskState> task(String id) throws FlintException {
    Optional<ProtoReader> answer = find(TASKS + "Get", new ProtoWriter().string(1, id));
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    ProtoReader in = answer.get();
    TaskState state = new TaskState(0, TaskState.Status.UNKNOWN, 0);
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == 1) {
        state = TaskState.read(in.message());
      }
    }
    return Optional.of(state);
  }

  /**
   * Sends a signal. Does nothing if there is no process any more.
   *
   * @param exec empty for the first process
   * @param all to whatever runs in the container
   */
  void kill(String id, String exec, int signal, boolean all) throws FlintException {
    find(
        TASKS + "Kill",
        new ProtoWriter().string(1, id).string(2, exec).number(3, signal).flag(4, all));
  }

  /** Waits for the end of a task or of an exec, and returns its exit code; empty if it is gone. */
  Optional<Integer> await(String id, String exec, Duration limit) throws FlintException {
    try {
      ProtoWriter request = new ProtoWriter().string(1, id).string(2, exec);
      ProtoReader in = rpc.call(TASKS + "Wait", request, limit);
      int exitCode = 0;
      for (int field = in.next(); field != 0; field = in.next()) {
        if (field == 1) {
          exitCode = in.integer() & 0xff;
        }
      }
      return Optional.of(exitCode);
    } catch (RpcException e) {
      return none(e);
    }
  }

  /** Deletes a task that has ended, if it is there: shim, root mount and cgroup. */
  void deleteTask(String id) throws FlintException {
    find(TASKS + "Delete", new ProtoWriter().string(1, id));
  }

  /**
   * Makes a further process in a running task.
   *
   * @param process the {@code process} of the runtime spec
   */
  void exec(String id, String exec, JsonObject process, ExecStreams streams) throws FlintException {
    ProtoWriter request =
        new ProtoWriter()
            .string(1, id)
            .string(2, streams.stdin())
            .string(3, streams.stdout())
            .string(4, streams.stderr())
            .flag(5, streams.terminal())
            .message(6, json("Process", process))
            .string(7, exec);
    rpc.call(TASKS + "Exec", request, LONG);
  }

  /** The execs of a task that run. */
  List<String> execs(String id) throws FlintException {
    List<String> found = new ArrayList<>();
    Optional<ProtoReader> answer = find(TASKS + "ListPids", new ProtoWriter().string(1, id));
    if (answer.isPresent()) {
      ProtoReader in = answer.get();
      for (int field = in.next(); field != 0; field = in.next()) {
        String exec = field == 1 ? execOf(in.message()) : "";
        if (!exec.isEmpty()) {
          found.add(exec);
        }
      }
    }
    return found;
  }

  /** A ProcessInfo, whose Any is there for the first process of an exec: ProcessDetails of runc. */
  private static String execOf(ProtoReader process) throws FlintException {
    String exec = "";
    for (int field = process.next(); field != 0; field = process.next()) {
      if (field == 2) {
        ProtoReader any = process.message();
        for (int part = any.next(); part != 0; part = any.next()) {
          if (part == 2) {
            exec = firstString(any.message());
          }
        }
      }
    }
    return exec;
  }

  private static String firstString(ProtoReader in) throws FlintException {
    String text = "";
    for (int field = in.next(); field != 0; field = in.next()) {
      text = field == 1 ? in.string() : text;
    }
    return text;
  }

  /** Forgets an exec that has ended, if it is there. */
  void deleteExec(String id, String exec) throws FlintException {
    find(TASKS + "DeleteProcess", new ProtoWriter().string(1, id).string(2, exec));
  }

  /**
   * Tells the shim that nothing more comes to standard input.
   *
   * @param exec empty for the first process
   */
  void closeStdin(String id, String exec) throws FlintException {
    find(TASKS + "CloseIO", new ProtoWriter().string(1, id).string(2, exec).flag(3, true));
  }

  /**
   * Sets the size of a terminal, in characters.
   *
   * @param exec empty for the first process
   */
  void resize(String id, String exec, int columns, int rows) throws FlintException {
    ProtoWriter request = new ProtoWriter().string(1, id).string(2, exec);
    rpc.call(TASKS + "ResizePty", request.number(3, columns).number(4, rows), SHORT);
  }

  /**
   * The ends of all processes of the namespace, {@link TaskExit} in envelopes.
   *
   * @param silence after which it ends, so that whoever reads asks anew how things are
   */
  Rpc.Stream exits(Duration silence, Rpc.Sent sent) {
    String filter = "namespace==\"" + namespace + "\",topic==\"/tasks/exit\"";
    return rpc.stream(
        "events.v1.Events/Subscribe", new ProtoWriter().string(1, filter), silence, sent);
  }

  private Optional<ProtoReader> find(String method, ProtoWriter request) throws FlintException {
    try {
      return Optional.of(rpc.call(method, request, SHORT));
    } catch (RpcException e) {
      return none(e);
    }
  }

  private static <T> Optional<T> none(RpcException e) throws RpcException {
    if (e.status() == RpcException.NOT_FOUND) {
      return Optional.empty();
    }
    throw e;
  }

  /** Lets go of the connection. */
  void close() {
    rpc.close();
  }
}
