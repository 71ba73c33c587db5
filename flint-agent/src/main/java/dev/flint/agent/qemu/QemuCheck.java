package dev.flint.agent.qemu;

import dev.flint.agent.backend.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out what QEMU of this host is good for, by running a tiny guest in it. */
public final class QemuCheck {
  private static final Duration LIMIT = Duration.ofSeconds(8);
  private static final String GUEST = "guest";

  private QemuCheck() {}

  /**
   * Runs QEMU, and a guest if it can.
   *
   * @param scratch a folder for this check alone: what is known from earlier proves nothing
   */
  public static List<Finding> look(Map<String, String> env, Path scratch) throws IOException {
    Optional<QemuSettings> found = QemuSettings.find(env, Acceleration.AUTO, scratch);
    if (found.isEmpty()) {
      return List.of(
          Finding.warning(
              "qemu", "not on PATH: guests cannot run here", "install qemu-system-x86"));
    }
    QemuSettings qemu = found.get();
    List<Finding> findings = new ArrayList<>();
    findings.add(version(qemu.program()));
    if (findings.get(0).level() == Finding.Level.OK) {
      findings.add(guest(new KvmProbe(qemu)));
    }
    return findings;
  }

  private static Finding version(Path program) throws IOException {
    VersionAnswer answer = VersionAnswer.of(program);
    if (!answer.isThere()) {
      return broken(program, "does not answer");
    }
    return answer.exit() == 0
        ? Finding.ok("qemu", program + ": " + answer.line().replaceFirst("^QEMU emulator ", ""))
        : broken(program, "ended with " + answer.exit() + ": " + answer.line());
  }

  private static Finding broken(Path program, String why) {
    return Finding.refused("qemu", program + " " + why, "install qemu-system-x86 anew");
  }

  private static Finding guest(KvmProbe probe) throws IOException {
    KvmProbe.Choice choice = probe.choose(Acceleration.AUTO);
    if (choice.acceleration() == Acceleration.KVM) {
      return Finding.ok(GUEST, "a tiny one ran on KVM");
    }
    String why = probe.boot(choice, LIMIT);
    return why.isEmpty()
        ? Finding.warning(
            GUEST,
            "a tiny one ran, but by emulation, which is slow: " + choice.note(),
            "guests are fast on a host, or in a virtual machine, that has KVM")
        : Finding.refused(GUEST, why, "install qemu-system-x86 with its firmware (seabios)");
  }
}
