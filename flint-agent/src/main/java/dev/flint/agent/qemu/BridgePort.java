package dev.flint.agent.qemu;

import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A tap device that belongs to one run and connects its guest to a bridge. It is made before QEMU
 * is started and removed after it has ended, so QEMU needs neither a helper with root's rights nor
 * the right to start one.
 */
final class BridgePort {
  private static final Path DEVICES = Path.of("/sys/class/net");
  private static final int LIMIT_SECONDS = 10;

  private BridgePort() {}

  /** A name that no other run of the host has, 13 letters long. */
  static String name(Path run) {
    byte[] path = run.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8);
    return "flt" + Digest.sha256(path).encoded().substring(0, 10);
  }

  /**
   * How one is made, a program with its arguments each.
   *
   * @param ip iproute2's program
   * @param mac the guest's hardware address
   */
  static List<List<String>> making(Path ip, String device, String bridge, String mac) {
    String program = ip.toString();
    // A bridge takes the lowest address of its ports for its own, so this is a high one.
    String high = "fe" + mac.substring(2);
    return List.of(
        List.of(program, "tuntap", "add", "dev", device, "mode", "tap"),
        List.of(program, "link", "set", "dev", device, "address", high, "master", bridge, "up"));
  }

  /** How one is removed. */
  static List<String> removing(Path ip, String device) {
    return List.of(ip.toString(), "link", "delete", "dev", device);
  }

  /** Makes the device of a plan, if it has one. */
  static void make(QemuPlan plan) throws IOException {
    QemuPlan.Port port = plan.bridgePort();
    if (port != null) {
      remove(plan);
      for (List<String> command : port.making()) {
        run(command, plan);
      }
    }
  }

  /** Removes it, if it is there. */
  static void remove(QemuPlan plan) throws IOException {
    QemuPlan.Port port = plan.bridgePort();
    if (port != null && Files.exists(DEVICES.resolve(port.device()))) {
      run(port.removing(), plan);
    }
  }

  private static void run(List<String> command, QemuPlan plan) throws IOException {
    Files.createDirectories(plan.run());
    Process process =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(plan.errors().toFile()))
            .start();
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        List<String> words = command.subList(1, command.size());
        throw new FlintException(
            ErrorCode.LOCAL_IO,
            "ip " + String.join(" ", words) + " failed: " + ErrorText.lastLine(plan.errors()),
            "run the agent as root, or use a tap device that is there: tap:DEVICE");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlintException(ErrorCode.INTERRUPTED, "interrupted as a guest was started", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
