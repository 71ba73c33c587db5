package dev.flint.oci.archive;

import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.transfer.ImageTarget;
import dev.flint.oci.transfer.LayoutImages;
import java.io.IOException;

/** A name in the local store. */
public record StoreTarget(LayoutImages store, Reference reference) implements CopyTarget {
  @Override
  public ImageTarget images() {
    return store;
  }

  @Override
  public void attach(Document referrer) throws IOException {
    store.putManifest(referrer);
    store.layout().changeIndex(index -> index.withEntry(referrer.descriptor()));
  }

  @Override
  public void complete(Document root) throws IOException {
    store.tag(reference, root);
  }
}
