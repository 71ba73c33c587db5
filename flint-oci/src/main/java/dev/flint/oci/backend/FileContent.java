package dev.flint.oci.backend;

/** What the bytes of a file say that it is, whatever it is called. */
public enum FileContent {
  /** A disk with OSv's signature in its boot sector. */
  OSV_DISK("a disk of OSv"),
  /** A disk that a BIOS starts, and that is not OSv's. */
  BOOT_DISK("a disk with a boot sector"),
  /** A disk or a bare file system, without a boot sector. */
  PLAIN_DISK("a disk without a boot sector"),
  /** The file a Linux build for x86 calls bzImage. */
  LINUX_BZIMAGE("a Linux kernel (bzImage)"),
  /** The file a Linux build for arm64 calls Image. */
  LINUX_ARM64("a Linux kernel (arm64 Image)"),
  /** The file a Linux build calls vmlinux. */
  LINUX_ELF("a Linux kernel (vmlinux)"),
  /** A unikernel that Unikraft's build has marked. */
  UNIKRAFT_ELF("a Unikraft kernel"),
  /** An ELF program that bears no mark of a kernel. */
  ELF("an ELF program"),
  /** A WebAssembly core module. */
  WASM_MODULE("a WebAssembly module"),
  /** A WebAssembly component. */
  WASM_COMPONENT("a WebAssembly component"),
  /** Anything else. */
  DATA("data of no known kind");

  private final String label;

  FileContent(String label) {
    this.label = label;
  }

  /** For people, to follow "it is ". */
  public String label() {
    return label;
  }
}
