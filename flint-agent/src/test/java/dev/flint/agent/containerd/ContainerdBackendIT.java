package dev.flint.agent.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Exit;
import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.Run;
import dev.flint.agent.backend.Usage;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Mount;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.Resources;
import dev.flint.agent.rootfs.LayerFolders;
import dev.flint.agent.testing.BusyboxImage;
import dev.flint.agent.testing.Containerd;
import dev.flint.oci.error.ErrorCode;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers by the containerd and the runc that Debian has. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainerdBackendIT {
  /** The common pool of a JDK 25 with two processors has one thread, and both readers wait. */
  private static final Executor OWN_THREAD = work -> new Thread(work, "reader").start();

  private Containerd containerd;
  private PreparedImage image;
  private Path state;
  private ContainerdBackend backend;
  private InstanceFolder folder;
  private LaunchPlan plan;

  @BeforeAll
  void startContainerd() throws IOException {
    containerd = Containerd.start();
    state = containerd.newFolder("s");
    try (OciLayout layout = OciLayout.openOrCreate(state.resolve("layout"))) {
      JsonObject config =
          JsonObject.empty()
              .withStrings("Entrypoint", List.of("/bin/sh"))
              .withStrings("Cmd", List.of("-c", "echo hello"))
              .withStrings("Env", List.of("FROM=image", "BOTH=image"));
      byte[] base = BusyboxImage.baseLayer(containerd.newFolder("base"));
      LayerFolders folders = new LayerFolders(state.resolve("layers"));
      image =
          BusyboxImage.unpack(layout, BusyboxImage.store(layout, config, List.of(base)), folders);
    }
  }

  @AfterAll
  void stopContainerd() throws IOException {
    if (containerd != null) {
      containerd.close();
    }
  }

  @BeforeEach
  void newInstance() throws IOException {
    backend = new ContainerdBackend(containerd.socket(), state, Map.of());
    Path own = containerd.newFolder("i");
    folder = new InstanceFolder(TestSpecs.ID, own, own);
    plan = backend.plan(TestSpecs.args(), image, folder);
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    backend.clean(plan, folder);
    assertEquals(List.of(), containerd.mounts());
    Containerd.await("the shims end", () -> containerd.shims().isEmpty());
    assertFalse(Files.exists(folder.run().resolve("upper")));
    assertFalse(Files.exists(folder.run().resolve("work")));
    assertFalse(
        Files.exists(Path.of("/sys/fs/cgroup/memory", backend.namespace() + "-" + TestSpecs.ID)));
    backend.close();
  }

  private Run start(InstanceSpec spec) throws IOException {
    plan = backend.plan(spec, image, folder);
    return backend.start(plan, folder);
  }

  private Run sh(String script) throws IOException {
    return start(TestSpecs.args("-c", script));
  }

  private static Exit end(Run run) throws Exception {
    return run.ended().get(30, TimeUnit.SECONDS);
  }

  private String out() throws IOException {
    return Files.readString(folder.rawOut(), StandardCharsets.UTF_8);
  }

  /** Ends with 3 after {@link #letGo}. */
  private Run waiting() throws IOException {
    Path door = Files.createDirectory(folder.root().resolve("door"));
    InstanceSpec spec =
        TestSpecs.args("-c", "echo ready; while ! test -e /door/open; do sleep 0.1; done; exit 3");
    Mount mount = new Mount(door, "/door", true, Mount.Kind.COPY);
    Run run = start(TestSpecs.withMounts(spec, List.of(mount)));
    awaitOut("ready");
    return run;
  }

  private void letGo() throws IOException {
    Files.createFile(folder.root().resolve("door/open"));
  }

  private void awaitOut(String text) throws IOException {
    Containerd.await(
        "it says " + text, () -> Files.exists(folder.rawOut()) && out().contains(text));
  }

  @Test
  void runsWhatTheImageSays() throws Exception {
    assertEquals(new Exit(0, Exit.Reason.COMPLETED, ""), end(start(TestSpecs.args())));
    assertEquals("hello\n", out());
    assertTrue(backend.version().matches("[0-9.]+.*"), backend.version());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 137})
  void passesTheExitCodeOn(int code) throws Exception {
    assertEquals(new Exit(code, Exit.Reason.ERROR, ""), end(sh("exit " + code)));
  }

  @Test
  void givesEnvironmentFolderAndUser() throws Exception {
    InstanceSpec spec = TestSpecs.args("-c", "echo $FROM $BOTH $OWN; pwd; id; echo err >&2");
    Run run = start(TestSpecs.withEnv(spec, Map.of("BOTH", "pod", "OWN", "a b"), "/tmp"));
    assertEquals(0, end(run).code());
    assertEquals("image pod a b\n/tmp\nuid=0(root) gid=0(root) groups=4(log)\n", out());
    assertEquals("err\n", Files.readString(folder.rawErr(), StandardCharsets.UTF_8));
  }

  @Test
  void mountsReadOnlyAndWritable() throws Exception {
    Path fixed = Files.createDirectory(folder.root().resolve("fixed"));
    Path free = Files.createDirectory(folder.root().resolve("free"));
    Files.writeString(fixed.resolve("file"), "given", StandardCharsets.UTF_8);
    InstanceSpec spec =
        TestSpecs.args("-c", "cat /fixed/file; echo x >/free/y && ! echo x 2>/dev/null >/fixed/y");
    Run run =
        start(
            TestSpecs.withMounts(
                spec,
                List.of(
                    new Mount(fixed, "/fixed", true, Mount.Kind.COPY),
                    new Mount(free, "/free", false, Mount.Kind.SCRATCH))));
    assertEquals(0, end(run).code(), () -> containerd.log());
    assertEquals("given", out());
    assertTrue(Files.exists(free.resolve("y")));
    assertFalse(Files.exists(fixed.resolve("y")));
  }

  @Test
  void theMemoryLimitEndsIt() throws Exception {
    InstanceSpec spec = TestSpecs.args("-c", "exec dd if=/dev/zero of=/dev/null bs=256M");
    Exit exit = end(start(TestSpecs.withResources(spec, new Resources(500, 32 << 20))));
    assertEquals(137, exit.code());
    assertEquals(Exit.Reason.OOM_KILLED, exit.reason());
  }

  @Test
  void oneThatDoesNotListenIsKilled() throws Exception {
    Run run = sh("trap '' TERM; echo ready; while :; do sleep 1; done");
    awaitOut("ready");
    run.stop();
    assertFalse(run.ended().isDone());
    run.kill();
    assertEquals(new Exit(137, Exit.Reason.ERROR, ""), end(run));
    run.kill();
  }

  @Test
  void oneThatListensEndsByItself() throws Exception {
    Run run = sh("trap 'exit 3' TERM; echo ready; while :; do sleep 0.1; done");
    awaitOut("ready");
    run.stop();
    assertEquals(3, end(run).code());
  }

  @Test
  void saysWhatItTakes() throws Exception {
    Run run = sh("echo ready; sleep 100");
    awaitOut("ready");
    Usage usage = run.usage();
    assertTrue(usage.cpuNanos() > 0, usage.toString());
    assertTrue(usage.memoryBytes() > 0 && usage.memoryBytes() < 64 << 20, usage.toString());
  }

  @Test
  void aMissingProgramIsNotFound() throws Exception {
    Exit exit = end(start(TestSpecs.command("/nothing")));
    assertEquals(127, exit.code());
    assertEquals(Exit.Reason.CANNOT_RUN, exit.reason());
  }

  @Test
  void aFileThatIsNoProgramCannotRun() throws Exception {
    Exit exit = end(start(TestSpecs.command("/etc/passwd")));
    assertEquals(126, exit.code());
    assertEquals(Exit.Reason.CANNOT_RUN, exit.reason());
  }

  @Test
  void anotherAgentOfTheSameFolderFindsIt() throws Exception {
    Run first = waiting();
    first.close();
    try (ContainerdBackend next = new ContainerdBackend(containerd.socket(), state, Map.of())) {
      Run adopted = next.adopt(plan, folder).orElseThrow();
      assertFalse(adopted.ended().isDone());
      letGo();
      assertEquals(3, end(adopted).code());
      // Its end is still there to be told.
      assertEquals(3, end(next.adopt(plan, folder).orElseThrow()).code());
    }
    try (ContainerdBackend other =
        new ContainerdBackend(containerd.socket(), state.resolve("other"), Map.of())) {
      assertEquals(Optional.empty(), other.adopt(plan, folder));
    }
  }

  @Test
  void whatAKilledStartLeftIsNoRunAndNotInTheWay() throws Exception {
    ContainerPlan parts = ContainerPlan.of(plan);
    ContainerdApi api = new ContainerdApi(containerd.socket(), backend.namespace());
    try {
      api.createNamespace();
      api.createContainer(parts.id(), "dev.flint.plan", parts.digest(), parts.spec());
      assertEquals(Optional.empty(), backend.adopt(plan, folder));
      Files.createDirectories(ContainerPlan.upper(folder));
      Files.createDirectories(ContainerPlan.work(folder));
      Files.createFile(folder.rawOut());
      Files.createFile(folder.rawErr());
      api.createTask(parts.id(), parts.rootfs(), parts.stdout(), parts.stderr());
      assertEquals(Optional.empty(), backend.adopt(plan, folder));
    } finally {
      api.close();
    }
    assertEquals(0, end(backend.start(plan, folder)).code());
    assertEquals("hello\n", out());
  }

  @Test
  void whatRunsByAnotherPlanIsNotTakenForThisOne() throws Exception {
    LaunchPlan first = plan;
    Run run = sh("echo ready; sleep 100");
    awaitOut("ready");
    assertEquals(Optional.empty(), backend.adopt(first, folder));
    assertFalse(run.ended().isDone());
  }

  @Test
  void outlivesContainerd() throws Exception {
    Run run = waiting();
    containerd.kill();
    assertFalse(run.ended().isDone());
    letGo();
    containerd.restart();
    assertEquals(3, end(run).code());
  }

  /** U33: exec. */
  @Test
  void runsAFurtherProgramInIt() throws Exception {
    ContainerRun run = (ContainerRun) sh("echo ready; sleep 100");
    awaitOut("ready");
    List<String> script = List.of("sh", "-c", "cat; echo $OWN >&2; exit 7");
    try (ExecPipes pipes = ExecPipes.create(folder.sockets(), false)) {
      CompletableFuture<String> out =
          CompletableFuture.supplyAsync(() -> text(pipes::openOut), OWN_THREAD);
      CompletableFuture<String> err =
          CompletableFuture.supplyAsync(() -> text(pipes::openErr), OWN_THREAD);
      try (ContainerExec exec = run.exec(script, Map.of("OWN", "mine"), pipes.streams())) {
        try (OutputStream in = pipes.openIn()) {
          in.write("typed".getBytes(StandardCharsets.UTF_8));
        }
        exec.closeStdin();
        assertEquals(Optional.of(7), exec.await(Duration.ofSeconds(30)));
        assertEquals("typed", out.get(30, TimeUnit.SECONDS));
        assertEquals("mine\n", err.get(30, TimeUnit.SECONDS));
      }
    }
    assertFalse(run.ended().isDone());
  }

  @Test
  void aFurtherProgramIsEndedWithoutItsContainer() throws Exception {
    ContainerRun run = (ContainerRun) sh("echo ready; sleep 100");
    awaitOut("ready");
    try (ContainerExec exec = run.exec(List.of("sleep", "100"), Map.of(), ExecStreams.NONE)) {
      assertEquals(Optional.empty(), exec.await(Duration.ofMillis(1)));
      exec.signal(Signals.KILL);
      assertEquals(Optional.of(137), exec.await(Duration.ofSeconds(30)));
    }
    FlintException e =
        assertThrows(
            FlintException.class, () -> run.exec(List.of("/nothing"), Map.of(), ExecStreams.NONE));
    assertEquals(ErrorCode.NOT_FOUND, e.code());
    assertFalse(run.ended().isDone());
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
  void withoutContainerdSaysSo() throws Exception {
    try (ContainerdBackend nobody = new ContainerdBackend(state.resolve("no"), state, Map.of())) {
      FlintException e = assertThrows(FlintException.class, () -> nobody.adopt(plan, folder));
      assertEquals(ErrorCode.NETWORK, e.code());
      assertFalse(e.remedy().isEmpty());
    }
  }
}
