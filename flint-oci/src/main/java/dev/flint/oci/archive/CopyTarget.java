package dev.flint.oci.archive;

import dev.flint.oci.Document;
import dev.flint.oci.transfer.ImageTarget;
import java.io.IOException;

/** Where an image is copied to, and how it is made known there. */
public interface CopyTarget {
  /** Takes the blobs and the documents below. */
  ImageTarget images();

  /** Takes a document that refers to another; whatever it needs is there. */
  void attach(Document referrer) throws IOException;

  /** Takes the image itself; whatever it needs is there. The copy is then complete. */
  void complete(Document root) throws IOException;
}
