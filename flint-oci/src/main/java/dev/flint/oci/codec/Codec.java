package dev.flint.oci.codec;

import dev.flint.oci.MediaType;

/** A compression, the library that does it, and its level. Immutable, thread-safe. */
public interface Codec {
  /** Of a layer that is compressed so. */
  MediaType mediaType();

  /**
   * Names compression, library and level so that equal text means equal bytes for equal input; the
   * library is told by a fingerprint of its output, as versions do not say enough.
   */
  String encoder();

  /** A coder for one thread. */
  ChunkCoder newCoder();
}
