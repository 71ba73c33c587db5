package dev.flint.agent.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Engine;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Peers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuVersionTest {
  @TempDir Path folder;

  private Path program(String says) throws Exception {
    Path program = folder.resolve("qemu");
    Files.writeString(program, "#!/bin/sh\n" + says + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return program;
  }

  @Test
  void asksAgainOnlyWhereThereIsAnotherProgram() throws Exception {
    String count = "; echo asked >> " + folder.resolve("asked");
    Path program = program("echo 'QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)'" + count);
    QemuVersion version = new QemuVersion(program);
    assertEquals("7.2.22", version.read());
    assertEquals("7.2.22", version.read());
    assertEquals(1, Files.readAllLines(folder.resolve("asked")).size());
    program("echo 'QEMU emulator version 10.0.1'" + count);
    Files.setLastModifiedTime(program, FileTime.fromMillis(1));
    assertEquals("10.0.1", version.read());
  }

  @Test
  void aProgramThatIsGoneOrBrokenIsNoQemu() throws Exception {
    Path program = program("echo cannot load a library; exit 127");
    QemuVersion version = new QemuVersion(program);
    FlintException broken = assertThrows(FlintException.class, version::read);
    assertTrue(broken.toString().contains("cannot load a library"), broken.toString());
    Files.delete(program);
    FlintException gone = assertThrows(FlintException.class, version::read);
    assertTrue(gone.toString().contains("not there"), gone.toString());
  }

  @Test
  void theRealOneSaysWhatItIs() throws Exception {
    Peers.require("qemu-system-x86_64");
    QemuSettings settings =
        QemuSettings.find(System.getenv(), Acceleration.TCG, folder).orElseThrow();
    Engine engine = new QemuBackend(settings).engine();
    assertEquals("qemu", engine.name());
    assertEquals("tcg", engine.acceleration());
    assertTrue(engine.version().matches("[0-9]+[.][0-9.]+"), engine.version());
  }
}
