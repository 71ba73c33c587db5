package dev.flint.agent.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Exit;
import dev.flint.oci.disk.DiskFormat;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuRunTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;

  private QemuPlan plan(Path control) {
    Path none = folder.resolve("none");
    return new QemuPlan(
        List.of(),
        Acceleration.TCG,
        "",
        new QemuPlan.Overlay(none, none, DiskFormat.RAW, 0, true, ""),
        List.of(),
        List.of(),
        List.of(),
        null,
        "",
        folder,
        folder.resolve("pid"),
        none,
        folder.resolve("console"),
        control,
        none,
        List.of());
  }

  private KvmProbe kvm() {
    return new KvmProbe(
        new QemuSettings(Path.of("/none"), null, null, null, Acceleration.TCG, "", folder));
  }

  /** What is no QEMU, but there until its input ends. */
  private static Process waiting() throws IOException {
    return new ProcessBuilder("sh", "-c", "read x").start();
  }

  private QemuRun run(Process process, Path control, long console) throws IOException {
    Files.writeString(plan(control).console(), "text\n");
    GuestProcess guest = Objects.requireNonNull(GuestProcess.child(process.pid()));
    return QemuRun.of(plan(control), new RunRecord("boot", console, ""), guest, kvm());
  }

  private static Exit end(QemuRun run) throws Exception {
    return run.ended().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void anEndThatNobodyCanMakeOutIsTold() throws Exception {
    Process process = waiting();
    try (QemuRun run = run(process, folder.resolve("qmp"), -1)) {
      process.destroyForcibly();
      assertFalse(run.awaitStart(LIMIT));
      Exit exit = end(run);
      assertEquals(Exit.Reason.LOST, exit.reason());
      assertTrue(exit.message().startsWith("nobody can tell how it ended: "), exit.message());
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void whatGoesWrongInListeningHidesNoEnd() throws Exception {
    // As a socket it is refused by what nobody thought of.
    Path control = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/qmp");
    Process process = waiting();
    try (QemuRun run = run(process, control, 0)) {
      process.destroyForcibly();
      assertEquals(Exit.Reason.COMPLETED, end(run).reason());
    } finally {
      process.destroyForcibly();
    }
  }
}
