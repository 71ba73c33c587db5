package dev.flint.agent.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.qemu.Qemu.ConsoleText;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuTest {
  @TempDir Path folder;

  private static GuestRun run(String disk, Duration limit) {
    return new GuestRun(Path.of(disk), DiskFormat.QCOW2, 64, limit);
  }

  /** A program in QEMU's place that does what a script says. */
  private Qemu fake(String script) throws IOException {
    Path program = folder.resolve("qemu-system-x86_64");
    Files.writeString(program, "#!/bin/sh\n" + script + "\n", StandardCharsets.UTF_8);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return Qemu.find(Map.of("PATH", "/nowhere:" + folder)).orElseThrow();
  }

  @Test
  void theFormatIsAlwaysSaidAndCommasInNamesAreDoubled() {
    List<String> argv = QemuArgs.of(Path.of("/q"), run("/a,b/disk", Duration.ZERO));
    assertTrue(
        argv.contains("file=/a,,b/disk,if=none,id=hd0,snapshot=on,format=qcow2"), argv.toString());
    assertEquals("tcg", argv.get(argv.indexOf("-accel") + 1));
    assertEquals("64M", argv.get(argv.indexOf("-m") + 1));
    assertEquals("none", argv.get(argv.indexOf("-nic") + 1));
  }

  @Test
  void isFoundOnTheSearchPathOnly() {
    assertEquals(Optional.empty(), Qemu.find(Map.of("PATH", folder + "::/nowhere")));
    assertEquals(Optional.empty(), Qemu.find(Map.of()));
  }

  @Test
  void theConsoleIsWhatTheGuestWrote() throws IOException {
    ConsoleText console =
        fake("printf 'Hello\\r\\nprogram exited with status 7\\r\\n'")
            .boot(run("/d", Duration.ofSeconds(30)));
    assertEquals(List.of("Hello", "program exited with status 7"), console.lines());
    assertEquals(7, console.end().code());
    assertEquals(0, new ConsoleText("status 3").end().code());
  }

  @Test
  void aQemuThatFailsSaysWhy() throws IOException {
    Qemu qemu = fake("echo 'qemu: no such machine' >&2; exit 1");
    FlintException e =
        assertThrows(FlintException.class, () -> qemu.boot(run("/d", Duration.ofSeconds(30))));
    assertEquals(ErrorCode.UNSUPPORTED, e.code());
    assertTrue(String.valueOf(e.getMessage()).contains("no such machine"), e.getMessage());
  }

  @Test
  void aGuestThatNeverEndsIsKilled() throws IOException {
    Qemu qemu = fake("exec sleep 600");
    FlintException e =
        assertThrows(FlintException.class, () -> qemu.boot(run("/d", Duration.ofMillis(200))));
    assertTrue(String.valueOf(e.getMessage()).contains("did not power off"), e.getMessage());
  }
}
