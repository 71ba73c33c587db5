package dev.flint.oci.codec;

/** A library that makes and reads gzip members (RFC 1952). Immutable, thread-safe. */
interface GzipEngine {
  /** As in {@link Codec#encoder}. */
  String id();

  /** The highest level; the lowest is 1. */
  int maxLevel();

  ChunkCoder newCoder(int level);
}
