package dev.flint.agent.control;

import dev.flint.agent.backend.Usage;
import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.instance.InstanceState.End;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.SpecDocument;
import dev.flint.agent.supervise.InstanceView;
import dev.flint.agent.supervise.Supervisor;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What one client asks. For one thread. */
public final class ControlSession implements Closeable {
  private static final JsonObject DONE = JsonObject.empty();
  private static final int LOOK_SECONDS = 2;

  private final Lines client;
  private final Supervisor supervisor;
  private final Removals removals;
  private final Execs execs;
  private final Runnable shutdown;
  private final boolean yields;
  private final Supplier<JsonObject> pods;
  private final Consumer<JsonObject> creations;
  private final List<String> ownExecs = new ArrayList<>();
  private @Nullable InstanceId held;
  private @Nullable Stopped stopped;
  private boolean ending;

  /** One that was asked to stop, and when it has. */
  private record Stopped(InstanceId id, CompletableFuture<InstanceState> rest) {}

  private ControlSession(
      Lines client,
      Supervisor supervisor,
      Removals removals,
      Execs execs,
      Runnable shutdown,
      boolean yields,
      Supplier<JsonObject> pods,
      Consumer<JsonObject> creations) {
    this.client = client;
    this.supervisor = supervisor;
    this.removals = removals;
    this.execs = execs;
    this.shutdown = shutdown;
    this.yields = yields;
    this.pods = pods;
    this.creations = creations;
  }

  /**
   * Opens sessions of one agent.
   *
   * @param yields whether it ends for an agent that was started as a service
   * @param pods what there is to be said of its pods
   * @param creations is given each request that made an instance
   */
  public record Factory(
      Supervisor supervisor,
      Removals removals,
      Execs execs,
      Runnable shutdown,
      boolean yields,
      Supplier<JsonObject> pods,
      Consumer<JsonObject> creations) {
    ControlSession open(Lines client) {
      return new ControlSession(
          client, supervisor, removals, execs, shutdown, yields, pods, creations);
    }
  }

  JsonObject answer(JsonObject request) throws IOException {
    return switch (request.requiredString("op")) {
      case "ping" -> DONE;
      case "plan" -> supervisor.plan(spec(request), image(request)).document();
      case "create" -> create(request);
      case "hold" -> hold(id(request));
      case "start" -> start(request);
      case "stop" -> stop(request);
      case "kill" -> kill(request);
      case "remove" -> remove(request);
      case "list" -> list();
      case "end" -> end(id(request));
      case "settled" -> settled(id(request));
      case "usage" -> usage(id(request));
      case "pods" -> pods.get();
      case "exec" -> exec(request);
      case "exec-wait" -> execs.await(request, client);
      case "exec-close-stdin" -> execs.closeStdin(request);
      case "exec-signal" -> execs.signal(request);
      case "exec-resize" -> execs.resize(request);
      case "shutdown" -> shutdown();
      case "yield" -> yieldToService();
      default -> throw request.wrong("op", "one this agent knows");
    };
  }

  private JsonObject create(JsonObject request) throws IOException {
    supervisor.create(spec(request), image(request));
    creations.accept(request);
    return DONE;
  }

  private JsonObject hold(InstanceId id) throws IOException {
    if (supervisor.find(id).isEmpty()) {
      throw new FlintException(ErrorCode.NOT_FOUND, "there is no instance named " + id);
    }
    release();
    removals.hold(id);
    held = id;
    return DONE;
  }

  private JsonObject start(JsonObject request) throws IOException {
    supervisor.start(id(request));
    return DONE;
  }

  private JsonObject stop(JsonObject request) throws IOException {
    OptionalLong millis = request.integer("graceMillis");
    // Before it rests: what a pod wants may run again by the time somebody asks about this stop.
    stopped = new Stopped(id(request), supervisor.settled(id(request)));
    if (millis.isEmpty()) {
      supervisor.stop(id(request));
    } else {
      supervisor.stop(id(request), Duration.ofMillis(Math.max(0, millis.getAsLong())));
    }
    return DONE;
  }

  private JsonObject kill(JsonObject request) throws IOException {
    supervisor.kill(id(request));
    return DONE;
  }

  private JsonObject remove(JsonObject request) throws IOException {
    supervisor.remove(id(request), request.flag("force"));
    return DONE;
  }

  private JsonObject list() {
    List<JsonObject> instances = new ArrayList<>();
    for (InstanceView view : supervisor.list()) {
      instances.add(
          JsonObject.empty()
              .with("spec", SpecDocument.write(view.spec()))
              .with("manifest", view.image().manifest().toString())
              .with("backend", view.backend())
              .with("state", view.state().toJson()));
    }
    return JsonObject.empty().withObjects("instances", instances);
  }

  private JsonObject end(InstanceId id) throws IOException {
    End end = await(id, supervisor.end(id));
    return JsonObject.empty()
        .with("code", end.code())
        .with("reason", end.reason())
        .with("message", end.message());
  }

  private JsonObject settled(InstanceId id) throws IOException {
    Stopped last = stopped;
    stopped = null;
    CompletableFuture<InstanceState> rest =
        last != null && last.id.equals(id) ? last.rest : supervisor.settled(id);
    return await(id, rest).toJson();
  }

  private <T> T await(InstanceId id, CompletableFuture<T> future) throws IOException {
    try {
      while (!future.isDone()) {
        look(future);
      }
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while instance " + id + " ran");
    } catch (ExecutionException e) {
      throw new FlintException(ErrorCode.INTERNAL, "instance " + id + ": " + e.getCause(), e);
    }
  }

  /** Waits a while; a client that went away keeps no thread of ours. */
  private void look(CompletableFuture<?> future) throws IOException, InterruptedException {
    try {
      future.get(LOOK_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      client.requireThere();
    } catch (ExecutionException e) {
      // It is done, and says so to whoever asks next.
    }
  }

  private JsonObject usage(InstanceId id) throws IOException {
    // One that was listed a moment ago may be gone.
    Optional<Usage> usage =
        supervisor.find(id).isPresent() ? supervisor.usage(id) : Optional.empty();
    return usage.isEmpty()
        ? DONE
        : JsonObject.empty()
            .with("cpuNanos", usage.get().cpuNanos())
            .with("memoryBytes", usage.get().memoryBytes())
            .with("receivedBytes", usage.get().receivedBytes())
            .with("sentBytes", usage.get().sentBytes());
  }

  private JsonObject exec(JsonObject request) throws IOException {
    JsonObject answer = execs.start(id(request), request);
    Optional<String> key = answer.string("exec");
    if (key.isPresent()) {
      ownExecs.add(key.get());
    }
    return answer;
  }

  private JsonObject shutdown() {
    ending = true;
    return DONE;
  }

  private JsonObject yieldToService() throws FlintException {
    if (!yields) {
      throw new FlintException(ErrorCode.LOCAL_IO, "the agent was not started on demand");
    }
    return shutdown();
  }

  /** The answer was sent, so that whoever asked for the end has heard of it. */
  void answered() {
    if (ending) {
      shutdown.run();
    }
  }

  private static InstanceId id(JsonObject request) throws FlintException {
    return InstanceId.parse(request.requiredString("id"));
  }

  private static InstanceSpec spec(JsonObject request) throws FlintException {
    return SpecDocument.read(request.object("spec").orElseThrow(() -> request.missing("spec")));
  }

  private static PreparedImage image(JsonObject request) throws FlintException {
    return ImageDocument.read(request.object("image").orElseThrow(() -> request.missing("image")));
  }

  private void release() {
    if (held != null) {
      removals.release(held);
      held = null;
    }
  }

  @Override
  public void close() {
    for (String key : ownExecs) {
      execs.end(key);
    }
    release();
  }
}
