package dev.flint.oci.transfer;

import java.io.IOException;
import java.io.InputStream;

/** The bytes of one blob. Opening again gives the same bytes; that is what makes retry possible. */
@FunctionalInterface
public interface BlobSource {
  /** Opens the bytes from the start. */
  InputStream open() throws IOException;
}
