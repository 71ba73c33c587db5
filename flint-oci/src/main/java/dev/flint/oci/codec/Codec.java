package dev.flint.oci.codec;

/** A compression, the library that does it, and its level. Immutable, thread-safe. */
public interface Codec {
  /** What it makes. */
  Compression compression();

  /**
   * Names compression, library and level so that equal text means equal bytes for equal input; the
   * library is told by a fingerprint of its output, as versions do not say enough.
   */
  String encoder();

  /** A coder for one thread. */
  ChunkCoder newCoder();
}
