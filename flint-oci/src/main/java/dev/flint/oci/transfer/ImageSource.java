package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A place images can be read from. */
public interface ImageSource {
  /** The manifest or index a reference names now, its bytes checked against the digest if given. */
  Optional<Document> resolve(Reference reference) throws IOException;

  /** A manifest or index by its descriptor, verified. */
  Document manifest(Descriptor descriptor) throws IOException;

  /**
   * Opens a blob from its start; may be called again. The bytes are not verified: whoever stores or
   * uses them does that.
   */
  InputStream blob(Descriptor descriptor) throws IOException;
}
