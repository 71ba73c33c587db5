package dev.flint.oci.codec;

import dev.flint.oci.MediaType;

/** How the units of a layer are compressed. */
public enum Compression {
  /** A gzip member for each chunk; what every reader takes. */
  GZIP,
  /** A zstd frame for each chunk. */
  ZSTD,
  /** The bytes as they are. */
  NONE;

  /** Of a layer that is compressed so. */
  public MediaType mediaType() {
    return switch (this) {
      case GZIP -> MediaType.OCI_LAYER_GZIP;
      case ZSTD -> MediaType.OCI_LAYER_ZSTD;
      case NONE -> MediaType.OCI_LAYER_TAR;
    };
  }
}
