package dev.flint.oci.archive;

import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.transfer.ImageTarget;
import java.io.IOException;

/**
 * A name in a registry.
 *
 * @param images the repository of the name
 */
public record NamedTarget(ImageTarget images, Reference reference) implements CopyTarget {
  @Override
  public void attach(Document referrer) throws IOException {
    images.putManifest(referrer);
  }

  @Override
  public void complete(Document root) throws IOException {
    images.tag(reference, root);
  }
}
