package dev.flint.cli.command;

import dev.flint.agent.control.ControlClient;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.log.LogQuery;
import dev.flint.agent.log.LogReader;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An instance that runs as if this process were it. */
final class Attachment {
  private static final int LOOK_MILLIS = 40;
  private static final int ENDING_MILLIS = 20_000;

  private final Context context;
  private final ControlClient agent;
  private final InstanceSpec spec;
  private final JsonObject id;
  private final CompletableFuture<JsonObject> end = new CompletableFuture<>();

  Attachment(Context context, ControlClient agent, InstanceSpec spec) {
    this.context = context;
    this.agent = agent;
    this.spec = spec;
    this.id = JsonObject.empty().with("id", spec.id().text());
  }

  /** Starts it, shows what it writes, and returns its exit code. */
  int run() throws IOException {
    agent.ask(id.with("op", "start"));
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndWait, "flint-stop"));
    Thread waiter = new Thread(this::awaitEnd, "flint-end");
    waiter.setDaemon(true);
    waiter.start();
    InstanceFolder folder = context.state().folder(spec.id());
    LogPrinter printer = new LogPrinter(context.console(), false, false);
    new LogReader(folder).follow(LogQuery.ALL, printer, () -> !isEnded(LOOK_MILLIS));
    JsonObject last = end.join();
    String message = last.string("message").orElse("");
    if (!message.isEmpty()) {
      context.note(message);
    }
    return (int) last.integer("code").orElse(PassesExitCode.OWN_FAILURE);
  }

  private void awaitEnd() {
    try {
      end.complete(agent.ask(id.with("op", "end")));
    } catch (IOException e) {
      end.complete(JsonObject.empty().with("message", String.valueOf(e.getMessage())));
    }
  }

  private boolean isEnded(long millis) throws IOException {
    try {
      end.get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new FlintException(ErrorCode.INTERNAL, "instance " + spec.id() + " is lost", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while instance " + spec.id() + " ran");
    }
  }

  /** On Ctrl-C: the instance is stopped as a user would do it, and what it still says is shown. */
  private void stopAndWait() {
    if (end.isDone()) {
      return;
    }
    try (ControlClient other = context.agent().connect()) {
      other.ask(id.with("op", "stop").with("graceMillis", spec.stopGrace().toMillis()));
      if (!isEnded(spec.stopGrace().toMillis() + ENDING_MILLIS)) {
        throw new FlintException(ErrorCode.INTERNAL, "instance " + spec.id() + " does not end");
      }
    } catch (IOException e) {
      context.note("instance " + spec.id() + " could not be stopped: " + e.getMessage());
    }
  }
}
