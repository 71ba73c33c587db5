package dev.flint.oci.store;

/** What a blob is to those that point to it. */
public enum BlobRole {
  /** An index. */
  INDEX,
  /** A manifest. */
  MANIFEST,
  /** The config of a manifest. */
  CONFIG,
  /** A layer, such as a disk. */
  LAYER,
  /** Nothing points to it. */
  ORPHAN
}
