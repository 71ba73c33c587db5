package dev.flint.oci.layer;

import dev.flint.oci.Digest;
import dev.flint.oci.codec.Compression;
import java.util.Map;

/**
 * What packing a disk found out.
 *
 * @param diffId digest of the uncompressed tar
 * @param diskDigest SHA-256 of the disk's own bytes
 * @param encoder library, version and level; equal encoders give equal bytes
 * @param tableAnnotations of the layer, which lead to its table of contents
 */
public record PackedLayer(
    Compression compression,
    Digest diffId,
    Digest diskDigest,
    String encoder,
    Map<String, String> tableAnnotations) {
  /** Copies the annotations. */
  public PackedLayer {
    tableAnnotations = Map.copyOf(tableAnnotations);
  }
}
