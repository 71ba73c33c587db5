package dev.flint.cli.command;

import dev.flint.agent.containerd.ExecOutput;
import dev.flint.agent.containerd.ExecPipes;
import dev.flint.agent.containerd.ExecStreams;
import dev.flint.agent.control.ControlClient;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/** A program in a container whose streams are those of this process. */
final class ExecStream {
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
      ExecOutput out = new ExecOutput(pipes::openOut, context.console().out());
      out.start();
      ExecOutput err = new ExecOutput(pipes::openErr, context.console().err());
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
}
