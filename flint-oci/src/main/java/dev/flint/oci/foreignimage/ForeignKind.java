package dev.flint.oci.foreignimage;

import dev.flint.oci.backend.BackendKind;

/** Packagings of machines that Flint knows but does not write by default (docs/format.md). */
public enum ForeignKind {
  /** A package of kraft, Unikraft's tool. */
  KRAFT("kraft", "a kraft package", BackendKind.UNIKRAFT),
  /** An image for urunc, as bima, bunny and bunix make them. */
  URUNC("urunc", "a urunc image", BackendKind.UNIKRAFT),
  /** A disk as KubeVirt takes it. */
  CONTAINER_DISK("containerdisk", "a KubeVirt containerDisk", BackendKind.RAW_VM),
  /** A disk as it is for a blob, as Podman machine has them. */
  DISK_ARTIFACT("disk-artifact", "a disk artifact as of Podman machine", BackendKind.RAW_VM),
  /** A module or component in the CNCF layout. */
  WASM_ARTIFACT("wasm-artifact", "a Wasm OCI artifact", BackendKind.WASM);

  private final String id;
  private final String label;
  private final BackendKind backend;

  ForeignKind(String id, String label, BackendKind backend) {
    this.id = id;
    this.label = label;
    this.backend = backend;
  }

  /** The name in lists and JSON. */
  public String id() {
    return id;
  }

  /** For people, to follow "it is ". */
  public String label() {
    return label;
  }

  /** What its files are for, in terms of Flint's table. */
  public BackendKind backend() {
    return backend;
  }
}
