package dev.flint.agent.qemu;

import dev.flint.agent.instance.InstanceId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Composes QEMU's arguments for an instance. */
final class GuestArgs {
  private final List<String> argv = new ArrayList<>();

  /**
   * What every guest gets: nothing that was not asked for; {@code -machine pc}, as OSv hangs on q35
   * and halts on microvm; entropy always; no reboot, as an instance that ends is started again by
   * its agent.
   */
  GuestArgs(QemuSettings settings, InstanceId id) {
    argv.addAll(settings.session());
    add(settings.program().toString(), "-name", "guest=" + id);
    add("-nodefaults", "-no-user-config", "-no-reboot");
    add("-display", "none", "-vga", "none");
    add("-device", "virtio-rng-pci");
  }

  void size(GuestSize size, boolean shared) {
    add("-m", size.memoryMib() + "M", "-smp", Long.toString(size.cpus()));
    if (shared) {
      add("-object");
      add("memory-backend-memfd,id=mem,share=on,size=" + size.memoryMib() + "M");
      add("-machine", "pc,memory-backend=mem");
    } else {
      add("-machine", "pc");
    }
  }

  /** The disk the guest boots from. Its writes go with the run, so they are never flushed. */
  void root(Path overlay) {
    add("-drive", "file=" + text(overlay) + ",if=none,id=hd0,format=qcow2,cache=unsafe");
    add("-device", "virtio-blk-pci,drive=hd0,bootindex=0");
  }

  void copies(List<QemuPlan.Copy> copies) {
    int number = 1;
    for (QemuPlan.Copy copy : copies) {
      String id = "hd" + number;
      add("-drive", "file=" + text(copy.file()) + ",if=none,id=" + id + ",format=raw,readonly=on");
      add("-device", "virtio-blk-pci,drive=" + id);
      number++;
    }
  }

  void shares(List<QemuPlan.Share> shares) {
    int number = 0;
    for (QemuPlan.Share share : shares) {
      String id = "fs" + number;
      add("-chardev", "socket,id=" + id + ",path=" + text(share.socket()));
      add("-device");
      add("vhost-user-fs-pci,queue-size=1024,chardev=" + id + ",tag=flint" + number);
      number++;
    }
  }

  void network(GuestNetwork network) {
    argv.addAll(network.arguments());
  }

  void console(Path file) {
    add("-chardev", "file,id=console,append=on,path=" + text(file), "-serial", "chardev:console");
  }

  void control(String id, Path socket) {
    add("-chardev", "socket,id=" + id + ",server=on,wait=off,path=" + text(socket));
    add("-mon", "mode=control,chardev=" + id);
  }

  /**
   * What the process itself may do once it runs the guest. Changing the account is the exception,
   * and happens before the guest runs.
   *
   * @param user the account to change to, or empty
   */
  void confine(Path pidFile, String user) {
    add("-sandbox");
    add(
        "on,obsolete=deny,resourcecontrol=deny,elevateprivileges="
            + (user.isEmpty() ? "deny" : "allow")
            + ",spawn=deny");
    if (!user.isEmpty()) {
      add("-runas", user);
    }
    add(QemuPlan.PID_FILE, pidFile.toString());
  }

  List<String> argv() {
    return argv;
  }

  private void add(String... words) {
    argv.addAll(List.of(words));
  }

  /** A path inside a list that commas part. */
  private static String text(Path path) {
    return path.toString().replace(",", ",,");
  }
}
