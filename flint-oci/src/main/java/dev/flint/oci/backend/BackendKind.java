package dev.flint.oci.backend;

import static dev.flint.oci.backend.FileContent.BOOT_DISK;
import static dev.flint.oci.backend.FileContent.DATA;
import static dev.flint.oci.backend.FileContent.ELF;
import static dev.flint.oci.backend.FileContent.LINUX_ARM64;
import static dev.flint.oci.backend.FileContent.LINUX_BZIMAGE;
import static dev.flint.oci.backend.FileContent.LINUX_ELF;
import static dev.flint.oci.backend.FileContent.OSV_DISK;
import static dev.flint.oci.backend.FileContent.PLAIN_DISK;
import static dev.flint.oci.backend.FileContent.UNIKRAFT_ELF;
import static dev.flint.oci.backend.FileContent.WASM_COMPONENT;
import static dev.flint.oci.backend.FileContent.WASM_MODULE;

import dev.flint.oci.disk.FileRole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The table of backends (docs/format.md, "Backends"). A new one is a new row: import, inspect,
 * unpack, check and the agent's messages go by what stands here.
 */
public enum BackendKind {
  /** A disk of OSv, with its command line on it. */
  OSV(
      "osv",
      "OSv unikernel",
      "",
      "",
      slot(FileRole.DISK, true, Set.of(OSV_DISK, BOOT_DISK, PLAIN_DISK), OSV_DISK, PLAIN_DISK)),
  /** An ordinary container image, whose layers are a file system and not files of a machine. */
  CONTAINERD("containerd", "container", "", ""),
  /** A unikernel of Unikraft, and what it starts with. */
  UNIKRAFT(
      "unikraft",
      "Unikraft unikernel",
      "qemu",
      "kraft or urunc",
      slot(FileRole.KERNEL, true, Set.of(UNIKRAFT_ELF, ELF, LINUX_ARM64), UNIKRAFT_ELF, ELF),
      slot(FileRole.INITRD, false, Set.of(DATA))),
  /** A Linux kernel as Firecracker loads it, and its root file system. */
  FIRECRACKER(
      "firecracker",
      "Linux microVM for Firecracker",
      "firecracker",
      "Firecracker",
      slot(FileRole.KERNEL, true, Set.of(LINUX_ELF, LINUX_ARM64, ELF), LINUX_ELF, LINUX_ARM64, ELF),
      slot(FileRole.INITRD, false, Set.of(DATA)),
      slot(FileRole.ROOTFS, false, Set.of(PLAIN_DISK, BOOT_DISK))),
  /** A Linux kernel of any kind, and its root file system. */
  LINUX_VM(
      "linux-vm",
      "Linux virtual machine",
      "qemu",
      "a hypervisor that boots a kernel file",
      slot(
          FileRole.KERNEL,
          true,
          Set.of(LINUX_BZIMAGE, LINUX_ELF, LINUX_ARM64, ELF),
          LINUX_BZIMAGE,
          LINUX_ELF,
          LINUX_ARM64,
          ELF),
      slot(FileRole.INITRD, false, Set.of(DATA)),
      slot(FileRole.ROOTFS, false, Set.of(PLAIN_DISK, BOOT_DISK))),
  /** A WebAssembly module or component. */
  WASM(
      "wasm",
      "WebAssembly",
      "wasmtime",
      "a WebAssembly runtime such as wasmtime",
      slot(
          FileRole.MODULE, true, Set.of(WASM_MODULE, WASM_COMPONENT), WASM_MODULE, WASM_COMPONENT)),
  /** A disk of any system that a BIOS starts, which nothing is written to. */
  RAW_VM(
      "raw-vm", "virtual machine", "", "", slot(FileRole.DISK, true, Set.of(BOOT_DISK), BOOT_DISK));

  private final String id;
  private final String label;
  private final String runtime;
  private final String needs;

  @SuppressWarnings("ImmutableEnumChecker") // Made by List.of, of records that copy.
  private final List<FileSlot> slots;

  BackendKind(String id, String label, String runtime, String needs, FileSlot... slots) {
    this.id = id;
    this.label = label;
    this.runtime = runtime;
    this.needs = needs;
    this.slots = List.of(slots);
  }

  private static FileSlot slot(
      FileRole role, boolean required, Set<FileContent> accepted, FileContent... telling) {
    return new FileSlot(role, required, accepted, Set.of(telling));
  }

  /** The value of {@code feather.backend}. */
  public String id() {
    return id;
  }

  /** For people. */
  public String label() {
    return label;
  }

  /** The value of {@code feather.runtime}; empty where the format of the disk gives it. */
  public String runtime() {
    return runtime;
  }

  /** The files, in the order of their layers; none where layers are no files. */
  public List<FileSlot> slots() {
    return slots;
  }

  /** Whether Flint's agent has something to run it by; else it is carried, told and unpacked. */
  public boolean isRunHere() {
    return needs.isEmpty();
  }

  /** What runs it elsewhere, for people; empty where Flint's agent does by itself. */
  public String needs() {
    return needs;
  }

  /** The place of a role, if there is one. */
  public Optional<FileSlot> slot(FileRole role) {
    return slots.stream().filter(slot -> slot.role() == role).findFirst();
  }

  /** The backend with this id, exactly as spelled. */
  public static Optional<BackendKind> byId(String id) {
    return Arrays.stream(values()).filter(kind -> kind.id.equals(id)).findFirst();
  }

  /**
   * What some files may be meant for, by their content alone.
   *
   * @return none, one, or several between which only the user can decide
   */
  public static List<BackendKind> toldBy(Map<FileRole, FileContent> files) {
    List<BackendKind> told = new ArrayList<>();
    for (BackendKind kind : values()) {
      if (kind.takes(files) && kind.isToldBy(files)) {
        told.add(kind);
      }
    }
    return told;
  }

  private boolean takes(Map<FileRole, FileContent> files) {
    return files.entrySet().stream()
            .allMatch(
                file ->
                    slot(file.getKey())
                        .filter(slot -> slot.accepted().contains(file.getValue()))
                        .isPresent())
        && slots.stream().allMatch(slot -> !slot.required() || files.containsKey(slot.role()));
  }

  private boolean isToldBy(Map<FileRole, FileContent> files) {
    return slots.stream()
        .anyMatch(
            slot ->
                files.containsKey(slot.role()) && slot.telling().contains(files.get(slot.role())));
  }
}
