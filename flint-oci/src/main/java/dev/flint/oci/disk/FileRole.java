package dev.flint.oci.disk;

import java.util.Arrays;
import java.util.Optional;

/** What a file of an image is to the machine that runs it, and how it is called in its layer. */
public enum FileRole {
  /** A disk of any {@link DiskFormat}, which also gives its entry the name. */
  DISK("disk", "", DiskFile.MAX_VIRTUAL_SIZE),
  /** What is started: a kernel, or a unikernel whole. */
  KERNEL("kernel", "kernel", 1L << 30),
  /** A file system in memory that the kernel starts with. */
  INITRD("initrd", "initrd", 4L << 30),
  /** The root file system, as a raw disk without partitions as a rule. */
  ROOTFS("rootfs", "rootfs", DiskFile.MAX_VIRTUAL_SIZE),
  /** A WebAssembly module or component. */
  MODULE("module", "module.wasm", 1L << 30);

  private final String id;
  private final String entryName;
  private final long maxBytes;

  FileRole(String id, String entryName, long maxBytes) {
    this.id = id;
    this.entryName = entryName;
    this.maxBytes = maxBytes;
  }

  /** The name in annotations and on the command line. */
  public String id() {
    return id;
  }

  /** The name of its entry in the layer's tar; empty for a disk, whose format gives it. */
  public String entryName() {
    return entryName;
  }

  /** The most bytes such a file has. */
  public long maxBytes() {
    return maxBytes;
  }

  /** Whether an entry of a layer is the file, in whatever folder. */
  public boolean isEntry(String name) {
    String base = name.substring(name.lastIndexOf('/') + 1);
    return this == DISK ? DiskNames.isDisk(name) : base.equals(entryName);
  }

  /** The role with this id, exactly as spelled. */
  public static Optional<FileRole> byId(String id) {
    return Arrays.stream(values()).filter(role -> role.id.equals(id)).findFirst();
  }

  /** Whether an entry is a file of any role. */
  public static boolean isAny(String name) {
    return Arrays.stream(values()).anyMatch(role -> role.isEntry(name));
  }
}
