package dev.flint.oci.layer;

import dev.flint.oci.Digest;
import dev.flint.oci.MediaType;

/**
 * What packing a disk found out.
 *
 * @param mediaType of the layer
 * @param diffId digest of the uncompressed tar
 * @param diskDigest SHA-256 of the disk's own bytes
 * @param encoder library, version and level; equal encoders give equal bytes
 * @param tableDigest of the table of contents
 */
public record PackedLayer(
    MediaType mediaType, Digest diffId, Digest diskDigest, String encoder, Digest tableDigest) {}
