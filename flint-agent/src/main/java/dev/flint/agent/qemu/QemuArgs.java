package dev.flint.agent.qemu;

import dev.flint.oci.disk.DiskFormat;
import java.nio.file.Path;
import java.util.List;

/** The command line of QEMU for a run: a pure function, so that it can be shown and tested. */
final class QemuArgs {
  private QemuArgs() {}

  /**
   * Emulated (TCG), as only a guest that ran proves that KVM works; {@code -machine pc}, as OSv
   * hangs on q35; nothing that the guest does not need.
   */
  static List<String> of(Path qemu, GuestRun run) {
    return List.of(
        qemu.toString(),
        "-nodefaults",
        "-no-user-config",
        "-no-reboot",
        "-accel",
        "tcg",
        "-machine",
        "pc",
        "-m",
        run.memoryMib() + "M",
        "-smp",
        "1",
        "-display",
        "none",
        "-vga",
        "none",
        "-monitor",
        "none",
        "-serial",
        "stdio",
        "-nic",
        "none",
        "-device",
        "virtio-rng-pci",
        "-sandbox",
        "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
        "-drive",
        "file="
            + run.disk().toString().replace(",", ",,")
            + ",if=none,id=hd0,snapshot=on,format="
            + driver(run.format()),
        "-device",
        "virtio-blk-pci,drive=hd0,bootindex=0");
  }

  /** QEMU's own name of a format. */
  private static String driver(DiskFormat format) {
    return switch (format) {
      case QCOW2 -> "qcow2";
      case RAW -> "raw";
      case VDI -> "vdi";
      case VMDK -> "vmdk";
    };
  }
}
