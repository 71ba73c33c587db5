package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The bytes of one blob. Opening again gives the same bytes; that is what makes retry possible. */
@FunctionalInterface
public interface BlobSource {
  /** A blob of an image source. */
  static BlobSource of(ImageSource source, Descriptor blob) {
    return new SourceBlob(source, blob);
  }

  /** Opens the bytes from the start. */
  InputStream open() throws IOException;

  /**
   * Opens a part of the bytes, as {@link ImageSource#range} does.
   *
   * @return empty if parts cannot be had
   */
  default Optional<InputStream> range(long from, long length) throws IOException {
    return Optional.empty();
  }
}
