package dev.flint.oci.disk;

import dev.flint.oci.codec.Codec;
import dev.flint.oci.codec.GzipHeader;

/**
 * How the clusters of a qcow2 file are compressed.
 *
 * @param codec that does it
 * @param kind what the file says of it
 * @param head bytes at the start of the codec's units that qcow2 does not want
 * @param tail such bytes at their end
 */
record ClusterPacking(Codec codec, BlockCodec kind, int head, int tail) {
  static ClusterPacking of(Codec codec) {
    return switch (codec.compression()) {
      case GZIP ->
          new ClusterPacking(codec, BlockCodec.DEFLATE, GzipHeader.LENGTH, GzipHeader.TRAILER);
      case ZSTD -> new ClusterPacking(codec, BlockCodec.ZSTD, 0, 0);
      case NONE -> throw new IllegalArgumentException("a codec that does not compress");
    };
  }
}
