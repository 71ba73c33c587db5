package dev.flint.cli.command;

import dev.flint.agent.containerd.ExecPipes;
import dev.flint.agent.containerd.ExecStreams;
import dev.flint.agent.control.ControlClient;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/** A program in a container whose streams are those of this process. */
final class ExecStream {
  private static final int BUFFER = 32 * 1024;

  /** How long a pipe may be still after the program's end: what it left behind may hold it. */
  private static final int STILL_MILLIS = 2000;

  private final Context context;
  private final ControlClient agent;
  private final boolean interactive;

  ExecStream(Context context, ControlClient agent, boolean interactive) {
    this.context = context;
    this.agent = agent;
    this.interactive = interactive;
  }

  /**
   * Runs it to its end.
   *
   * @param size of the terminal, columns and rows; empty without one
   * @return its exit code
   */
  int run(JsonObject request, List<Integer> size) throws IOException {
    try (ExecPipes pipes = ExecPipes.create(context.state().sockets(), request.flag("terminal"))) {
      ExecStreams streams = pipes.streams();
      Pump out = new Pump(pipes::openOut, context.console().out());
      out.start();
      Pump err = new Pump(pipes::openErr, context.console().err());
      if (!streams.terminal()) {
        err.start();
      }
      JsonObject started =
          agent.ask(
              request
                  .with("stdin", interactive ? streams.stdin() : "")
                  .with("stdout", streams.stdout())
                  .with("stderr", streams.stderr()));
      Optional<String> key = started.string("exec");
      if (key.isEmpty()) {
        context.note(started.string("message").orElse(""));
        return (int) started.integer("code").orElse(PassesExitCode.OWN_FAILURE);
      }
      JsonObject exec = JsonObject.empty().with("exec", key.get());
      if (!size.isEmpty()) {
        agent.ask(
            exec.with("op", "exec-resize").with("columns", size.get(0)).with("rows", size.get(1)));
      }
      if (interactive) {
        Thread in = new Thread(() -> feed(pipes, exec), "flint-in");
        in.setDaemon(true);
        in.start();
      }
      JsonObject end = agent.ask(exec.with("op", "exec-wait"));
      out.finish();
      err.finish();
      return (int) end.integer("code").orElse(PassesExitCode.OWN_FAILURE);
    }
  }

  private void feed(ExecPipes pipes, JsonObject exec) {
    try (OutputStream to = pipes.openIn()) {
      context.input().transferTo(to);
    } catch (IOException e) {
      // The program reads no more.
    }
    try (ControlClient other = context.agent().connect()) {
      other.ask(exec.with("op", "exec-close-stdin"));
    } catch (IOException e) {
      // It has ended.
    }
  }

  private interface Opening {
    InputStream open() throws IOException;
  }

  /** Copies what the program writes. */
  private static final class Pump extends Thread {
    private final Opening opening;
    private final OutputStream to;
    private volatile long copied;
    private volatile boolean writing;

    Pump(Opening opening, OutputStream to) {
      super("flint-out");
      this.opening = opening;
      this.to = to;
      setDaemon(true);
    }

    @Override
    public void run() {
      byte[] buffer = new byte[BUFFER];
      long total = 0;
      try (InputStream from = opening.open()) {
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
          writing = true;
          to.write(buffer, 0, n);
          to.flush();
          total += n;
          copied = total;
          writing = false;
        }
      } catch (IOException e) {
        // Nobody reads this process's output any more.
      }
    }

    /** Waits for the end of the stream, or for one that is still; not while our reader is slow. */
    void finish() {
      try {
        long seen = -1;
        while (isAlive() && (writing || copied != seen)) {
          seen = copied;
          join(STILL_MILLIS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
