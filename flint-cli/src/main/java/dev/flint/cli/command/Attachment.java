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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** An instance that runs as if this process were it. */
final class Attachment {
  private static final int LOOK_MILLIS = 40;
  private static final int ENDING_SECONDS = 20;

  private final Context context;
  private final ControlClient agent;
  private final InstanceSpec spec;
  private final JsonObject id;
  private final CountDownLatch ended = new CountDownLatch(1);

  Attachment(Context context, ControlClient agent, InstanceSpec spec) {
    this.context = context;
    this.agent = agent;
    this.spec = spec;
    this.id = JsonObject.empty().with("id", spec.id().text());
  }

  /** Starts it, shows what it writes, and returns its exit code. */
  int run() throws IOException {
    agent.ask(id.with("op", "start"));
    Thread stopper = new Thread(this::stopAndWait, "flint-stop");
    Runtime.getRuntime().addShutdownHook(stopper);
    AtomicReference<IOException> lost = new AtomicReference<>();
    AtomicReference<JsonObject> end = new AtomicReference<>();
    Thread waiter = new Thread(() -> awaitEnd(end, lost), "flint-end");
    waiter.setDaemon(true);
    waiter.start();
    InstanceFolder folder = context.state().folder(spec.id());
    LogPrinter printer = new LogPrinter(context.console(), false, false);
    new LogReader(folder).follow(LogQuery.ALL, printer, this::awaitMore);
    if (lost.get() != null) {
      throw lost.get();
    }
    String message = end.get().string("message").orElse("");
    if (!message.isEmpty()) {
      context.note(message);
    }
    return (int) end.get().integer("code").orElse(OWN_FAILURE);
  }

  private static final long OWN_FAILURE = PassesExitCode.OWN_FAILURE;

  private void awaitEnd(AtomicReference<JsonObject> end, AtomicReference<IOException> lost) {
    try {
      end.set(agent.ask(id.with("op", "end")));
    } catch (IOException e) {
      lost.set(e);
    } finally {
      ended.countDown();
    }
  }

  private boolean awaitMore() throws IOException {
    try {
      return !ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while instance " + spec.id() + " ran");
    }
  }

  /** On Ctrl-C: the instance is stopped as a user would do it, and what it still says is shown. */
  private void stopAndWait() {
    if (ended.getCount() == 0) {
      return;
    }
    try (ControlClient other = context.agent().connect()) {
      other.ask(id.with("op", "stop").with("graceMillis", spec.stopGrace().toMillis()));
      if (!ended.await(spec.stopGrace().toSeconds() + ENDING_SECONDS, TimeUnit.SECONDS)) {
        throw new FlintException(ErrorCode.INTERNAL, "instance " + spec.id() + " does not end");
      }
    } catch (IOException e) {
      context.note("instance " + spec.id() + " could not be stopped: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
