package dev.flint.agent.qemu;

import dev.flint.agent.instance.PortForward;
import dev.flint.oci.disk.DiskFormat;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a guest is started, decided to the last word but for what is only known on starting: the
 * accelerator if it is {@link Acceleration#AUTO}.
 *
 * @param argv the program and its arguments, without the accelerator's
 * @param acceleration as configured
 * @param user the account QEMU changes to, or empty
 * @param overlay what the guest's writes go to
 * @param copies disks to make of folders of the host
 * @param shares daemons to start for folders of the host
 * @param ports of the host, all chosen
 * @param bridgePort the device that connects the guest to a bridge; null without one
 * @param address the guest's own, or empty if nobody knows it
 * @param run the folder of all files of the run
 * @param pidFile written by QEMU, and found in its arguments
 * @param errors what QEMU prints itself
 * @param console appended to by QEMU
 * @param control the agent's QMP socket
 * @param people a second QMP socket, for people
 * @param notes what was decided in place of the asker, a line each
 */
record QemuPlan(
    List<String> argv,
    Acceleration acceleration,
    String user,
    Overlay overlay,
    List<Copy> copies,
    List<Share> shares,
    List<PortForward> ports,
    @Nullable Port bridgePort,
    String address,
    Path run,
    Path pidFile,
    Path errors,
    Path console,
    Path control,
    Path people,
    List<String> notes) {
  /** QEMU's option for {@link #pidFile}. */
  static final String PID_FILE = "-pidfile";

  /** Copies the lists. */
  QemuPlan {
    argv = List.copyOf(argv);
    copies = List.copyOf(copies);
    shares = List.copyOf(shares);
    ports = List.copyOf(ports);
    notes = List.copyOf(notes);
  }

  /** By which its QEMU is known. */
  Mark mark() {
    return Mark.of(PID_FILE, pidFile.toString());
  }

  /**
   * A qcow2 file on top of a shared disk.
   *
   * @param size the disk's, as the guest sees it, in bytes
   * @param osv whether it holds another OSv command line
   * @param commandLine that line, else empty
   */
  record Overlay(
      Path file, Path base, DiskFormat format, long size, boolean osv, String commandLine) {}

  /** A read-only disk made of a folder as it is at the start. */
  record Copy(Path source, Path file) {}

  /**
   * A folder that a daemon serves.
   *
   * @param argv the daemon and its arguments
   */
  record Share(List<String> argv, Path socket) {
    /** Copies the list. */
    Share {
      argv = List.copyOf(argv);
    }
  }

  /**
   * A tap device of the run's own.
   *
   * @param making programs with their arguments, in order
   * @param removing a program with its arguments
   */
  record Port(String device, List<List<String>> making, List<String> removing) {
    /** Copies the lists. */
    Port {
      making = List.copyOf(making);
      removing = List.copyOf(removing);
    }
  }
}
