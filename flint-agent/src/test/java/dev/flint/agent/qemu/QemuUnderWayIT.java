package dev.flint.agent.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.Run;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.testing.Containerd;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is to be QEMU shows no arguments for a while: first it is the agent's copy, then
 * it is between two programs. Here a script makes that while as long as a test wants.
 */
@Timeout(120)
class QemuUnderWayIT {
  private static final Executor OWN_THREAD = work -> new Thread(work, "starts").start();

  @TempDir Path root;
  private InstanceFolder folder;
  private InstanceSpec spec;
  private PreparedImage image;
  private QemuBackend backend;
  private LaunchPlan plan;

  @BeforeEach
  void plan() throws IOException {
    Peers.require("qemu-system-x86_64");
    Peers.require("bash");
    folder = Guests.folder(root, "guest-1");
    Files.createDirectories(folder.root());
    Path disk = Guests.halting(root.resolve("disk.raw"), 1 << 20);
    spec = new Guests.Wish().of("guest-1");
    image = Guests.image(disk, Map.of());
    backend = new QemuBackend(hiding());
    plan = backend.plan(spec, image, folder);
  }

  @AfterEach
  void leaveNothing() throws IOException {
    Files.writeString(root.resolve("go"), "");
    backend.clean(plan, folder);
    assertEquals(List.of(), guests());
  }

  /** With a script in place of setsid that hides its arguments until there is a file "go". */
  private QemuSettings hiding() throws IOException {
    Path hidden = root.resolve("hidden");
    Files.writeString(
        hidden,
        """
        until [ -e %1$s/go ]; do sleep 0.02; done
        mapfile -d '' words < $1
        exec "${words[@]}"
        """
            .formatted(root));
    Path script = root.resolve("session");
    Files.writeString(
        script,
        """
        #!/bin/bash
        printf '%%s\\0' "$@" > %1$s/words.$$
        ln -s words.$$ %1$s/hides
        exec bash %1$s/hidden %1$s/words.$$
        """
            .formatted(root));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    QemuSettings found = settings();
    return new QemuSettings(
        found.program(), script, null, null, Acceleration.TCG, "", found.cache());
  }

  private QemuSettings settings() throws IOException {
    return QemuSettings.find(System.getenv(), Acceleration.TCG, root.resolve("cache"))
        .orElseThrow();
  }

  private QemuPlan qemu() throws IOException {
    return PlanDocument.read(plan);
  }

  private List<GuestProcess> guests() throws IOException {
    return GuestProcess.all(qemu().mark());
  }

  private void awaitHidden() throws IOException {
    Path hides = root.resolve("hides");
    Containerd.await("a start is under way", () -> Files.exists(hides));
    Containerd.await("it is hidden", () -> guests().isEmpty());
    Files.delete(hides);
  }

  /** What an agent leaves that was killed as it started QEMU. */
  private Process underWay() throws IOException {
    Files.createDirectories(qemu().run());
    Files.createDirectories(folder.sockets());
    RunFiles.make(qemu());
    RunRecord.now(qemu(), "accel=tcg").write(qemu());
    Process process =
        new ProcessBuilder(qemu().argv())
            .redirectErrorStream(true)
            .redirectOutput(root.resolve("first").toFile())
            .start();
    awaitHidden();
    return process;
  }

  private void go() throws IOException {
    Files.writeString(root.resolve("go"), "");
  }

  private String first() {
    try {
      return Files.readString(root.resolve("first"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void assertRefused(Process process, String why) throws Exception {
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it does not end");
    assertEquals(1, process.exitValue(), why);
  }

  @Test
  void aStartIsWaitedForThatShowsNoArgumentsYet() throws Exception {
    CompletableFuture<Run> start = CompletableFuture.supplyAsync(this::start, OWN_THREAD);
    awaitHidden();
    go();
    try (Run run = start.get(60, TimeUnit.SECONDS)) {
      assertEquals(1, guests().size());
      run.kill();
      assertEquals(137, run.ended().get(60, TimeUnit.SECONDS).code());
    }
  }

  private Run start() {
    try {
      return backend.start(plan, folder);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatComesUpAfterItsSuccessorEnds() throws Exception {
    Process first = underWay();
    assertEquals(Optional.empty(), backend.adopt(plan, folder));
    backend.clean(plan, folder);
    QemuBackend next = new QemuBackend(settings());
    try (Run run = next.start(next.plan(spec, image, folder), folder)) {
      go();
      assertRefused(first, first());
      assertEquals(1, guests().size(), first());
    }
    // Its sockets and its file with its id are still its own.
    try (Run adopted = next.adopt(plan, folder).orElseThrow()) {
      adopted.stop();
      adopted.kill();
      assertEquals(137, adopted.ended().get(60, TimeUnit.SECONDS).code());
    }
  }

  /** It has the files, so the successor's QEMU cannot start; and nobody may take it for that. */
  @Test
  void whatComesUpBeforeItsSuccessorIsEnded() throws Exception {
    CompletableFuture<Run> start = CompletableFuture.supplyAsync(this::start, OWN_THREAD);
    awaitHidden();
    LaunchPlan same = new QemuBackend(settings()).plan(spec, image, folder);
    Process first = new ProcessBuilder(PlanDocument.read(same).argv()).start();
    Containerd.await("it has the files", () -> GuestProcess.written(qemu().pidFile()) > 0);
    go();
    try (Run run = start.get(60, TimeUnit.SECONDS)) {
      assertTrue(first.waitFor(60, TimeUnit.SECONDS), "it does not end");
      assertEquals(1, guests().size());
      run.kill();
      assertEquals(137, run.ended().get(60, TimeUnit.SECONDS).code());
    }
  }

  @Test
  void whatComesUpAfterItWasCleanedUpAfterEnds() throws Exception {
    Process first = underWay();
    backend.clean(plan, folder);
    go();
    assertRefused(first, first());
    assertEquals(List.of(), guests());
    try (Run run = start()) {
      assertEquals(1, guests().size());
      run.kill();
    }
  }
}
