package dev.flint.oci;

/**
 * The names by which an image says what runs it: the paper's, those the published agent reads, and
 * Flint's own (docs/format.md).
 */
public final class FeatherKeys {
  /** The backend, for example {@code osv}: top-level config member, label and annotation. */
  public static final String BACKEND = "feather.backend";

  /** The preferred hypervisor, for example {@code qemu}: as {@link #BACKEND}. */
  public static final String RUNTIME = "feather.runtime";

  /** What the published agent reads as the backend: top-level config member only. */
  public static final String LEGACY_BACKEND = "fledge.backend";

  /** What the published agent reads as the hypervisor: top-level config member only. */
  public static final String LEGACY_RUNTIME = "fledge.hypervisor";

  /** Label: memory hint in MiB. */
  public static final String MEMORY = "feather.memory";

  /** Label: hint for the number of CPUs. */
  public static final String CPUS = "feather.cpus";

  /** Label and layer annotation: SHA-256 of the disk's own bytes. */
  public static final String DISK_DIGEST = "dev.flint.disk.digest";

  /** Label and layer annotation: {@code qcow2}, {@code raw}, {@code vdi} or {@code vmdk}. */
  public static final String DISK_FORMAT = "dev.flint.disk.format";

  /** Label and layer annotation: size of the disk as the guest sees it, in bytes. */
  public static final String DISK_VIRTUAL_SIZE = "dev.flint.disk.virtual-size";

  /** Layer annotation: what the file is for, for example {@code kernel}; not on disks. */
  public static final String FILE_ROLE = "dev.flint.file.role";

  /** Layer annotation, and label with the role put in: SHA-256 of the file's own bytes. */
  public static final String FILE_DIGEST = "dev.flint.file.digest";

  /** Layer annotation: length of the file in bytes. */
  public static final String FILE_SIZE = "dev.flint.file.size";

  /** Label: the roles of the layers in their order, joined by commas; not for disks. */
  public static final String FILES = "dev.flint.files";

  /** Layer annotation: library, version and level that compressed the layer. */
  public static final String LAYER_ENCODER = "dev.flint.layer.encoder";

  /** Layer annotation of the eStargz format: SHA-256 of the table of contents. */
  public static final String TABLE_DIGEST = "containerd.io/snapshot/stargz/toc.digest";

  /** Layer annotation of the zstd:chunked format: SHA-256 of the compressed table of contents. */
  public static final String ZSTD_TABLE_DIGEST =
      "io.github.containers.zstd-chunked.manifest-checksum";

  /**
   * Layer annotation of the zstd:chunked format: offset, compressed and uncompressed length of the
   * table, and its kind, joined by colons.
   */
  public static final String ZSTD_TABLE_POSITION =
      "io.github.containers.zstd-chunked.manifest-position";

  /** Prefix of the manifest annotations that carry a Capstan index.yaml. */
  public static final String CAPSTAN_PREFIX = "dev.flint.capstan.";

  private FeatherKeys() {}
}
