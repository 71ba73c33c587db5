package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.progress.ByteMeter;
import java.io.IOException;

/** A cheaper way to get some blobs than to fetch them from their first byte to their last. */
@FunctionalInterface
public interface BlobShortcut {
  /** Never a way. */
  BlobShortcut NONE = (blob, source, meter) -> false;

  /**
   * Tries to get a blob.
   *
   * @param meter is told the bytes of the blob that are there
   * @return whether it is there now; else it is to be fetched whole
   */
  boolean fetch(Descriptor blob, BlobSource source, ByteMeter meter) throws IOException;
}
