package dev.flint.oci.image;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.disk.FileRole;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file of an image and the layer it is in.
 *
 * @param diffId the digest the layer's tar must have
 * @param digest of the file's own bytes, where the image says
 * @param size of the file in bytes, where the image says
 */
public record ImageFile(
    FileRole role, Descriptor layer, Digest diffId, Optional<Digest> digest, OptionalLong size) {}
