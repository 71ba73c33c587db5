package dev.flint.agent.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Exit;
import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.Run;
import dev.flint.agent.backend.Usage;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Mount;
import dev.flint.agent.instance.Resources;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers by the containerd and the runc that Debian has. */
class ContainerdBackendIT extends BackendCase {
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
    assertEquals("image pod a b\n/tmp\nuid=0(root) gid=0(root) groups=0(root),4(log)\n", out());
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
      api.createTask(parts.id(), parts.rootfs(), parts.streams());
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

  @Test
  void withoutContainerdSaysSo() throws Exception {
    try (ContainerdBackend nobody = new ContainerdBackend(state.resolve("no"), state, Map.of())) {
      FlintException e = assertThrows(FlintException.class, () -> nobody.adopt(plan, folder));
      assertEquals(ErrorCode.NETWORK, e.code());
      assertFalse(e.remedy().isEmpty());
    }
  }
}
