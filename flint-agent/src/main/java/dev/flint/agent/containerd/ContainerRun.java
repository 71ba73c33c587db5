package dev.flint.agent.containerd;

import dev.flint.agent.backend.Exit;
import dev.flint.agent.backend.Run;
import dev.flint.agent.backend.Usage;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** A container that runs, or has run. Its end is told in the thread that reads events. */
public final class ContainerRun implements Run, Attachable {
  private static final Pattern EXEC = Pattern.compile("x[0-9a-f]+-[0-9]+");

  private final ContainerdApi api;
  private final ExitWatch watch;
  private final ContainerPlan plan;
  private final Cgroup cgroup;
  private final String address;
  private final CompletableFuture<Exit> ended = new CompletableFuture<>();
  private final AtomicInteger execs = new AtomicInteger();
  private final ExecEnds execEnds;

  /**
   * Held by who has containerd do something to the program, which it knows by its instance only:
   * the next run begins after {@link #close}, and so after whoever is under way.
   */
  private final Object typing = new Object();

  /** Guarded by {@link #typing}. */
  private boolean closed;

  /**
   * Of a task that is there.
   *
   * @param address its own on a network, or empty
   */
  ContainerRun(ContainerdApi api, ExitWatch watch, ContainerPlan plan, String address)
      throws FlintException {
    this.address = address;
    this.api = api;
    this.watch = watch;
    this.plan = plan;
    this.cgroup = plan.cgroup();
    this.execEnds = new ExecEnds(api, plan.id());
  }

  String id() {
    return plan.id();
  }

  @Override
  public CompletableFuture<Exit> ended() {
    return ended;
  }

  void finish(int code) {
    Exit exit;
    // The kernel's signal, and the kernel's account of it: the task's cgroup is there until clean.
    if (code == 128 + Signals.KILL && cgroup.ranOutOfMemory()) {
      exit = new Exit(code, Exit.Reason.OOM_KILLED, "it took more memory than it may");
    } else if (code == 0) {
      exit = new Exit(code, Exit.Reason.COMPLETED, "");
    } else {
      exit = new Exit(code, Exit.Reason.ERROR, "");
    }
    end(exit);
  }

  /** Nobody has its exit code any more. */
  void lose() {
    end(new Exit(255, Exit.Reason.LOST, "containerd has lost the task"));
  }

  void end(Exit exit) {
    watch.remove(this);
    ended.complete(exit);
  }

  @Override
  public void stop() throws IOException {
    api.kill(plan.id(), "", plan.stopSignal(), false);
  }

  @Override
  public void kill() throws IOException {
    api.kill(plan.id(), "", Signals.KILL, true);
  }

  @Override
  public Usage usage() {
    return cgroup.usage();
  }

  @Override
  public String note() {
    return "";
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public OutputStream openStdin() throws IOException {
    String path = plan.streams().stdin();
    if (path.isEmpty()) {
      throw new FlintException(ErrorCode.USAGE, "the container has no standard input");
    }
    synchronized (typing) {
      if (closed) {
        throw new FlintException(ErrorCode.USAGE, "this run of the container is over");
      }
      // For both, so that nobody waits for a container to read that has ended.
      return Channels.newOutputStream(
          FileChannel.open(Path.of(path), StandardOpenOption.READ, StandardOpenOption.WRITE));
    }
  }

  @Override
  public void closeStdin() throws IOException {
    synchronized (typing) {
      if (!closed) {
        api.closeStdin(plan.id(), "");
      }
    }
  }

  @Override
  public void resize(int columns, int rows) throws IOException {
    synchronized (typing) {
      if (!closed) {
        api.resize(plan.id(), "", columns, rows);
      }
    }
  }

  /**
   * Runs a further program in the container, as its user.
   *
   * @param argv program and arguments
   * @param env added to the container's environment, stronger than it
   * @throws FlintException if the container does not run, or the program cannot
   */
  public ContainerExec exec(List<String> argv, Map<String, String> env, ExecStreams streams)
      throws IOException {
    JsonObject own = plan.spec().object("process").orElse(JsonObject.empty());
    List<String> merged = new ArrayList<>(own.strings("env"));
    if (streams.terminal()) {
      merged.add(0, "TERM=" + ContainerProcess.TERM);
    }
    merged.addAll(ContainerProcess.entries(env));
    JsonObject process =
        own.withStrings("args", argv)
            .withStrings("env", merged)
            .with("terminal", streams.terminal());
    // Of an agent that was killed, execs may still be there.
    String exec = "x" + Long.toHexString(System.nanoTime()) + "-" + execs.incrementAndGet();
    return ContainerExec.start(api, execEnds, plan.id(), exec, process, streams);
  }

  /** Whether a program of a container has a name as {@link #exec} gives them. */
  static boolean isExec(String name) {
    return EXEC.matcher(name).matches();
  }

  /** Its further programs that are to end, and those of agents before this one. */
  ExecEnds execEnds() {
    return execEnds;
  }

  @Override
  public void close() {
    watch.remove(this);
    synchronized (typing) {
      closed = true;
    }
  }
}
