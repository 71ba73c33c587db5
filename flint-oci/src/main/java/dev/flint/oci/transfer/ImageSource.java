package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A place images can be read from, by several threads at once as far as blobs go. */
public interface ImageSource extends Cancelable {
  /** The manifest or index a reference names now, its bytes checked against the digest if given. */
  Optional<Document> resolve(Reference reference) throws IOException;

  /** A manifest or index by its descriptor, verified. */
  Document manifest(Descriptor descriptor) throws IOException;

  /**
   * Opens a blob from its start; may be called again. The bytes are not verified: whoever stores or
   * uses them does that.
   */
  InputStream blob(Descriptor descriptor) throws IOException;

  /**
   * Opens a part of a blob; may be called again, and by several threads at once. The bytes are not
   * verified, but the stream ends after exactly {@code length} of them or fails.
   *
   * @param from the first byte, from 0
   * @param length at least 1, and no more than the blob has from there
   * @return empty if the source does not give parts of this blob
   * @throws dev.flint.oci.error.FlintException PROTOCOL if a server gives another part than asked
   *     for; the whole blob may be had from it all the same
   */
  default Optional<InputStream> range(Descriptor blob, long from, long length) throws IOException {
    return Optional.empty();
  }
}
