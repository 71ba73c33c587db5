package dev.flint.oci.layer;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Bytes of a blob by their place. They are not verified. */
@FunctionalInterface
public interface BlobRange {
  /** Opens exactly these bytes; empty if the place where the blob is gives whole blobs only. */
  Optional<InputStream> open(long from, long length) throws IOException;
}
