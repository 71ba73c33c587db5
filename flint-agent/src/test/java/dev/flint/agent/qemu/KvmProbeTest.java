package dev.flint.agent.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KvmProbeTest {
  @TempDir Path folder;

  /** A probe with a script in QEMU's place, which leaves a mark each time it runs. */
  private KvmProbe probe(String script, String device) throws IOException {
    Path program = folder.resolve("qemu");
    if (!Files.exists(program)) {
      Files.writeString(
          program,
          "#!/bin/sh\necho >>" + folder + "/ran\n" + script + "\n",
          StandardCharsets.UTF_8);
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }
    return new KvmProbe(
        new QemuSettings(program, null, null, null, Acceleration.AUTO, "", folder),
        Path.of(device));
  }

  private long runs() throws IOException {
    return Files.exists(folder.resolve("ran")) ? Files.size(folder.resolve("ran")) : 0;
  }

  /** U14: KVM. */
  @Test
  void aGuestThatRanIsTheProofAndIsNotRunTwice() throws IOException {
    String works = "echo FK; exit 33";
    assertEquals("accel=kvm", probe(works, "/dev/null").choose(Acceleration.AUTO).note());
    assertEquals("accel=kvm", probe(works, "/dev/null").choose(Acceleration.AUTO).note());
    assertEquals(1, runs());
    assertFalse(Files.exists(folder.resolve("kvm-probe.raw")), "the probe's disk is left");
  }

  @ParameterizedTest
  @CsvSource({
    "'echo FK; exit 1',  QEMU ended with 1 before a probe guest ran",
    "'exit 33',          QEMU ended with 33 before a probe guest ran",
    "'exec sleep 60',    a probe guest did not run in 3 s",
  })
  void aDeviceOnWhichNoGuestRunsIsNotUsed(String script, String why) throws IOException {
    KvmProbe.Choice choice = probe(script, "/dev/null").choose(Acceleration.AUTO);
    assertEquals("accel=tcg (kvm present but unusable: " + why + ")", choice.note());
    assertEquals(choice, probe(script, "/dev/null").choose(Acceleration.AUTO));
    assertEquals(1, runs());
  }

  @Test
  void anotherQemuIsProbedAnew() throws IOException {
    probe("exit 1", "/dev/null").choose(Acceleration.AUTO);
    Files.writeString(
        folder.resolve("qemu"), "#!/bin/sh\necho FK\nexit 33\n", StandardCharsets.UTF_8);
    assertEquals("accel=kvm", probe("", "/dev/null").choose(Acceleration.AUTO).note());
  }

  @Test
  void withoutADeviceNothingIsRun() throws IOException {
    KvmProbe probe = probe("exit 1", folder + "/none");
    assertEquals("accel=tcg (no " + folder + "/none)", probe.choose(Acceleration.AUTO).note());
    assertEquals(0, runs());
  }

  @Test
  void whatIsConfiguredIsNotQuestioned() throws IOException {
    KvmProbe probe = probe("exit 1", "/dev/null");
    assertEquals("accel=tcg", probe.choose(Acceleration.TCG).note());
    assertEquals("accel=kvm", probe.choose(Acceleration.KVM).note());
    assertEquals(0, runs());
  }

  @Test
  void aGuestThatFailedOnKvmIsTheLast() throws IOException {
    KvmProbe probe = probe("echo FK; exit 33", "/dev/null");
    probe.choose(Acceleration.AUTO);
    probe.refute("it broke");
    String note = "accel=tcg (kvm present but unusable: it broke)";
    assertEquals(note, probe.choose(Acceleration.AUTO).note());
    assertEquals(note, probe("", "/dev/null").choose(Acceleration.AUTO).note());
  }
}
