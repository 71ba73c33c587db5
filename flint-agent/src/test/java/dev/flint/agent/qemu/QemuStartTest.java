package dev.flint.agent.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts with a script in place of QEMU. */
class QemuStartTest {
  @TempDir Path root;

  private FlintException failure(String script) throws IOException {
    QemuSettings settings =
        new QemuSettings(Path.of("/none"), null, null, null, Acceleration.TCG, "", root);
    QemuBackend backend = new QemuBackend(settings);
    InstanceFolder folder = Guests.folder(root, "guest-1");
    Files.createDirectories(folder.root());
    Path disk = Guests.halting(root.resolve("disk.raw"), 1 << 20);
    LaunchPlan plan =
        backend.plan(new Guests.Wish().of("guest-1"), Guests.image(disk, Map.of()), folder);
    List<String> argv = List.of("sh", "-c", script, folder.run().toString());
    LaunchPlan other = new LaunchPlan(plan.document().withStrings("argv", argv));
    return Failures.expect(ErrorCode.UNSUPPORTED, () -> backend.start(other, folder));
  }

  @Test
  void whatEndsAtOnceSaysWhy() throws Exception {
    FlintException failure = failure("echo first >&2; echo 'no such machine' >&2; exit 1");
    assertEquals("QEMU did not start: no such machine", failure.getMessage());
  }

  @Test
  void whatCannotBeCleanedUpAfterDoesNotHideWhy() throws Exception {
    FlintException failure =
        failure("mkdir -p \"$0/strange/folder\"; echo 'no such machine' >&2; exit 1");
    assertEquals("QEMU did not start: no such machine", failure.getMessage());
    assertEquals(1, failure.getSuppressed().length);
  }
}
