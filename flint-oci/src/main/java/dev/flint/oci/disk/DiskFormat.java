package dev.flint.oci.disk;

import java.util.Arrays;
import java.util.Optional;

/** The disk image formats Flint carries, and the names each one has elsewhere (docs/format.md). */
public enum DiskFormat {
  /** QEMU copy-on-write, versions 2 and 3. */
  QCOW2("qcow2", "disk.qemu", "qemu", ".qemu"),
  /** The guest's bytes as they are. */
  RAW("raw", "disk.raw", "qemu", ".raw"),
  /** VirtualBox disk image. */
  VDI("vdi", "disk.vbox", "virtualbox", ".vbox"),
  /** VMware sparse disk in one file. */
  VMDK("vmdk", "disk.vmw", "vmware", ".vmw");

  private final String id;
  private final String entryName;
  private final String runtime;
  private final String capstanSuffix;

  DiskFormat(String id, String entryName, String runtime, String capstanSuffix) {
    this.id = id;
    this.entryName = entryName;
    this.runtime = runtime;
    this.capstanSuffix = capstanSuffix;
  }

  /** The name in annotations and on the command line, which is also QEMU's name. */
  public String id() {
    return id;
  }

  /** The name of the disk's entry in the layer's tar. */
  public String entryName() {
    return entryName;
  }

  /** The hypervisor that runs it, the value of {@code feather.runtime}. */
  public String runtime() {
    return runtime;
  }

  /** The suffix under which Capstan looks for it, with its dot. */
  public String capstanSuffix() {
    return capstanSuffix;
  }

  /** The format with this id, exactly as spelled. */
  public static Optional<DiskFormat> byId(String id) {
    return Arrays.stream(values()).filter(format -> format.id.equals(id)).findFirst();
  }
}
