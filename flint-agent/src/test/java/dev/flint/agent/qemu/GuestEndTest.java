package dev.flint.agent.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.backend.Exit;
import dev.flint.oci.disk.DiskFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestEndTest {
  @TempDir Path folder;

  private QemuPlan plan(boolean osv, String user) {
    Path none = folder.resolve("none");
    return new QemuPlan(
        List.of(),
        Acceleration.TCG,
        user,
        new QemuPlan.Overlay(none, none, DiskFormat.RAW, 0, osv, ""),
        List.of(),
        List.of(),
        List.of(),
        null,
        "",
        folder,
        folder.resolve("pid"),
        none,
        folder.resolve("console"),
        none,
        none,
        List.of());
  }

  private Exit exit(GuestEnd end, QemuPlan plan, String console) throws IOException {
    // What an earlier run said does not count.
    String before = "program exited with status 99\r\n";
    Files.writeString(plan.console(), before + console, StandardCharsets.UTF_8);
    return end.exit(plan, new RunRecord("boot", before.length(), ""));
  }

  @ParameterizedTest
  @CsvSource({
    "guest-shutdown, true,  '',                               0,   COMPLETED",
    "guest-shutdown, true,  'program exited with status 3',   3,   ERROR",
    "guest-shutdown, false, 'program exited with status 3',   3,   ERROR",
    "guest-shutdown, true,  'program exited with status 0',   0,   COMPLETED",
    "guest-shutdown, true,  'Aborted\n[backtrace]',           134, ERROR",
    "guest-shutdown, false, 'Aborted\n[backtrace]',           0,   COMPLETED",
    "guest-shutdown, true,  'Failed to load object: /x. Powering off.', 127, CANNOT_RUN",
    "guest-reset,    false, '',                               1,   ERROR",
    "guest-panic,    false, '',                               134, ERROR",
    "host-qmp-quit,  true,  'program exited with status 0',   137, ERROR",
    "host-signal,    true,  '',                               143, ERROR",
    "'',             true,  '',                               137, ERROR",
    "'',             true,  'program exited with status 4',   4,   ERROR",
  })
  void theConsoleAndQemuTellTogether(
      String reason, boolean osv, String console, int code, Exit.Reason why) throws IOException {
    Exit exit = exit(new GuestEnd(reason, "", true), plan(osv, ""), console.replace("\\n", "\n"));
    assertEquals(code, exit.code(), exit.toString());
    assertEquals(why, exit.reason());
  }

  @Test
  void aGuestThatCouldNotGoOnHasFailed() throws IOException {
    Exit exit = exit(new GuestEnd("host-qmp-quit", "internal-error", true), plan(true, ""), "");
    assertEquals(new Exit(1, Exit.Reason.ERROR, "internal-error"), exit);
  }

  @Test
  void whereNobodySawTheEndQemusOwnFileTells() throws IOException {
    GuestEnd unseen = new GuestEnd("", "", false);
    assertEquals(Exit.Reason.COMPLETED, exit(unseen, plan(true, ""), "").reason());
    Files.createFile(folder.resolve("pid"));
    assertEquals(137, exit(unseen, plan(true, ""), "").code());
    // An account without rights cannot remove the file.
    assertEquals(Exit.Reason.LOST, exit(unseen, plan(true, "flint"), "").reason());
  }
}
