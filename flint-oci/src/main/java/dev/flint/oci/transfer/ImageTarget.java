package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.progress.ByteMeter;
import dev.flint.oci.progress.ProgressEvent;
import java.io.IOException;
import java.util.List;

/** A place images can be written to, by several threads at once as far as blobs go. */
public interface ImageTarget extends Cancelable {
  /**
   * Is told before the first of them which blobs an image has, there already or not.
   *
   * @throws dev.flint.oci.error.FlintException LOCAL_IO if there is no room for those to come
   */
  default void expect(List<Descriptor> blobs) throws IOException {}

  /** Whether the blob is there; a wrong "no" costs time only. */
  boolean has(Descriptor blob) throws IOException;

  /**
   * Stores a blob, verified: on return it is there with this digest and size.
   *
   * @param meter is told the bytes as they go
   */
  ProgressEvent.Outcome putBlob(Descriptor blob, BlobSource source, ByteMeter meter)
      throws IOException;

  /** Takes a blob over from another repository of the same registry; false if that did not work. */
  default boolean mount(Descriptor blob, String fromRepository) throws IOException {
    return false;
  }

  /**
   * Stores a manifest or index all of whose children are there, under its digest.
   *
   * @throws MissingBlobException if the target says that some of them are not
   */
  void putManifest(Document document) throws IOException;

  /** As {@link #putManifest(Document)}, and points the reference's tag at it. */
  void tag(Reference reference, Document document) throws IOException;
}
