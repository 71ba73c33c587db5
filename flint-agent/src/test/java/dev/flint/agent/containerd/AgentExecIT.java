package dev.flint.agent.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.Agent;
import dev.flint.agent.StateFolder;
import dev.flint.agent.control.ControlClient;
import dev.flint.agent.control.Execs;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.InstanceState.Phase;
import dev.flint.agent.node.ContainerPrograms;
import dev.flint.agent.probe.ExecProbe;
import dev.flint.agent.rootfs.LayerFolders;
import dev.flint.agent.testing.BusyboxImage;
import dev.flint.agent.testing.Containerd;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Programs that clients and probes run in a container, by an agent. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentExecIT {
  /** The common pool of a JDK 25 with two processors has one thread, and both readers wait. */
  private static final Executor OWN_THREAD = work -> new Thread(work, "reader").start();

  private final InstanceSpec spec = TestSpecs.args("-c", "sleep 1000");
  private Containerd containerd;
  private ContainerdBackend backend;
  private StateFolder state;
  private Agent agent;

  @BeforeAll
  void startContainer() throws IOException {
    containerd = Containerd.start();
    Path run = containerd.newFolder("run");
    state = StateFolder.of(containerd.newFolder("s"), Map.of("XDG_RUNTIME_DIR", run.toString()));
    backend = new ContainerdBackend(containerd.socket(), state.root(), Map.of());
    startAgent();
    try (OciLayout layout = OciLayout.openOrCreate(state.root().resolve("layout"))) {
      JsonObject config = JsonObject.empty().withStrings("Entrypoint", List.of("/bin/sh"));
      byte[] base = BusyboxImage.baseLayer(containerd.newFolder("base"));
      agent
          .supervisor()
          .create(
              spec,
              BusyboxImage.unpack(
                  layout,
                  BusyboxImage.store(layout, config, List.of(base)),
                  new LayerFolders(state.root().resolve("layers"))));
    }
    agent.supervisor().start(spec.id());
    awaitRunning();
  }

  private void startAgent() throws IOException {
    agent = Agent.start(state, Map.of(backend.name(), backend), Clock.systemUTC(), problem -> {});
  }

  private void awaitRunning() throws IOException {
    Containerd.await(
        "it runs",
        () ->
            agent.supervisor().isKnown(spec.id())
                && agent.supervisor().find(spec.id()).orElseThrow().state().phase()
                    == Phase.RUNNING);
  }

  @AfterAll
  void stop() throws IOException {
    try (Containerd last = containerd;
        ContainerdBackend then = backend) {
      if (agent != null) {
        agent.supervisor().remove(spec.id(), true);
        agent.close();
      }
    }
  }

  private ControlClient connect() throws IOException {
    return ControlClient.connect(state.socket()).orElseThrow();
  }

  private JsonObject request(String... args) {
    return JsonObject.empty()
        .with("op", "exec")
        .with("id", spec.id().text())
        .withStrings("args", List.of(args));
  }

  @Test
  void bytesAndTheExitCodePass() throws Exception {
    try (ControlClient client = connect();
        ExecPipes pipes = ExecPipes.create(state.sockets(), false)) {
      CompletableFuture<String> out =
          CompletableFuture.supplyAsync(() -> text(pipes::openOut), OWN_THREAD);
      CompletableFuture<String> err =
          CompletableFuture.supplyAsync(() -> text(pipes::openErr), OWN_THREAD);
      ExecStreams streams = pipes.streams();
      JsonObject started =
          client.ask(
              request("sh", "-c", "cat; echo $OWN; echo oh >&2; exit 7")
                  .withMap("env", Map.of("OWN", "mine"))
                  .with("stdin", streams.stdin())
                  .with("stdout", streams.stdout())
                  .with("stderr", streams.stderr()));
      JsonObject exec = JsonObject.empty().with("exec", started.requiredString("exec"));
      try (OutputStream in = pipes.openIn()) {
        in.write("typed ".getBytes(StandardCharsets.UTF_8));
      }
      try (ControlClient other = connect()) {
        other.ask(exec.with("op", "exec-close-stdin"));
      }
      assertEquals(7, client.ask(exec.with("op", "exec-wait")).integer("code").orElse(-1));
      assertEquals("typed mine\n", out.get(60, TimeUnit.SECONDS));
      assertEquals("oh\n", err.get(60, TimeUnit.SECONDS));
    }
  }

  @Test
  void oneStreamIsEnough() throws Exception {
    try (ControlClient client = connect();
        ExecPipes pipes = ExecPipes.create(state.sockets(), false)) {
      CompletableFuture<String> err =
          CompletableFuture.supplyAsync(() -> text(pipes::openErr), OWN_THREAD);
      JsonObject wish = request("sh", "-c", "echo lost; echo oh >&2");
      JsonObject started = client.ask(wish.with("stderr", pipes.streams().stderr()));
      JsonObject exec = JsonObject.empty().with("exec", started.requiredString("exec"));
      assertEquals(0, client.ask(exec.with("op", "exec-wait")).integer("code").orElse(-1));
      assertEquals("oh\n", err.get(60, TimeUnit.SECONDS));
    }
  }

  private interface Opening {
    InputStream open() throws IOException;
  }

  private static String text(Opening opening) {
    try (InputStream in = opening.open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatCannotRunHasTheNumberOfShells() throws IOException {
    try (ControlClient client = connect()) {
      assertEquals(127, client.ask(request("/nothing")).integer("code").orElse(-1));
      assertEquals(126, client.ask(request("/etc/passwd")).integer("code").orElse(-1));
      assertTrue(client.ask(request("/nothing")).requiredString("message").contains("/nothing"));
    }
  }

  /** Also one whose client was killed as it waited. */
  @Test
  void aProgramEndsWithItsClient() throws Exception {
    ControlClient client = connect();
    String key = client.ask(request("sleep", "471147")).requiredString("exec");
    JsonObject wait = JsonObject.empty().with("op", "exec-wait").with("exec", key);
    CompletableFuture<Void> waits =
        CompletableFuture.runAsync(
            () -> assertThrows(IOException.class, () -> client.ask(wait)), OWN_THREAD);
    Containerd.await("the agent waits for it", AgentExecIT::isWaitedFor);
    client.close();
    waits.get(60, TimeUnit.SECONDS);
    Containerd.await("it has ended", () -> !runs("471147"));
  }

  /** The container goes on without the agent, and with it the next one. */
  @Test
  void aProgramEndsWithTheAgent() throws Exception {
    Path left = Files.createDirectory(state.sockets().resolve("exec-of-nobody"));
    try (ControlClient client = connect()) {
      client.ask(request("sleep", "471148"));
      Containerd.await("it runs", () -> runs("471148"));
      agent.close();
      assertFalse(runs("471148"));
      startAgent();
      assertFalse(Files.exists(left));
      awaitRunning();
    }
  }

  private static boolean isWaitedFor() {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Stream::of)
        .anyMatch(
            call ->
                call.getClassName().equals(Execs.class.getName())
                    && call.getMethodName().equals("await"));
  }

  private static boolean runs(String argument) {
    return ProcessHandle.allProcesses()
        .flatMap(process -> Stream.of(process.info().arguments().orElse(new String[0])))
        .anyMatch(argument::equals);
  }

  @Test
  void anotherConnectionMaySignalIt() throws IOException {
    try (ControlClient client = connect();
        ControlClient other = connect()) {
      JsonObject exec =
          JsonObject.empty()
              .with("exec", client.ask(request("sleep", "1000")).requiredString("exec"));
      other.ask(exec.with("op", "exec-signal").with("signal", Signals.KILL));
      assertEquals(137, client.ask(exec.with("op", "exec-wait")).integer("code").orElse(-1));
    }
  }

  @Test
  void aProgramGoesWithTheConnectionThatStartedIt() throws IOException {
    String key;
    try (ControlClient client = connect()) {
      key = client.ask(request("sleep", "1000")).requiredString("exec");
    }
    JsonObject signal = JsonObject.empty().with("op", "exec-signal").with("exec", key);
    Containerd.await("it is forgotten", () -> isUnknown(signal.with("signal", 1)));
  }

  /** Whether there is an open pipe of an exec. */
  private boolean isRead() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.anyMatch(fd -> target(fd).startsWith(state.sockets() + "/exec"));
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      // It was closed just now.
      return "";
    }
  }

  private boolean isUnknown(JsonObject request) throws IOException {
    try (ControlClient client = connect()) {
      client.ask(request);
      return false;
    } catch (FlintException e) {
      return true;
    }
  }

  @Test
  void probesRunPrograms() throws IOException {
    ContainerPrograms programs = new ContainerPrograms(agent.supervisor());
    assertEquals(0, programs.exec(spec, List.of("test", "-e", "/etc/passwd"), 30_000).code());
    assertEquals(1, programs.exec(spec, List.of("test", "-e", "/nothing"), 30_000).code());
    List<String> tells = List.of("sh", "-c", "echo one; echo; echo two >&2; exit 3");
    assertEquals(new ExecProbe.End(3, "one two"), programs.exec(spec, tells, 30_000));
    for (int i = 0; i < 50; i++) {
      assertEquals(
          new ExecProbe.End(1, ""), programs.exec(spec, List.of("test", "-e", "/nothing"), 30_000));
    }
    // No pipe is full, whatever it says.
    String line = "0123456789".repeat(10);
    String lines = "i=0; while [ $i -lt 5000 ]; do echo " + line + "; i=$((i+1)); done; exit 1";
    String output = programs.exec(spec, List.of("sh", "-c", lines), 30_000).output();
    assertTrue(output.startsWith(line + " " + line), output);
    assertTrue(output.length() <= 1024, output);
    // What it leaves behind is not waited for to its end.
    List<String> leaves = List.of("sh", "-c", "echo bad; sleep 1000 & exit 1");
    assertEquals("bad", programs.exec(spec, leaves, 30_000).output());
    Containerd.await("nobody reads any more", () -> !isRead());
    IOException late =
        assertThrows(IOException.class, () -> programs.exec(spec, List.of("sleep", "1000"), 100));
    assertEquals("sleep took longer than 100 ms", late.getMessage());
  }
}
