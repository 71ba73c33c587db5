package dev.flint.oci.archive;

import dev.flint.oci.Document;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.ImageTarget;
import dev.flint.oci.transfer.LayoutImages;
import java.io.IOException;
import java.util.Optional;

/**
 * A name in a layout folder of others. Entries, annotations and files that are there stay. What a
 * moved name led to loses its entry, as with other tools, and keeps its blobs.
 *
 * @param name empty for an entry without a name
 */
public record LayoutTarget(OciLayout layout, Optional<String> name) implements CopyTarget {
  @Override
  public ImageTarget images() {
    return new LayoutImages(layout);
  }

  @Override
  public void attach(Document referrer) throws IOException {
    layout.put(referrer);
    layout.changeIndex(index -> index.withEntry(referrer.descriptor()));
  }

  @Override
  public void complete(Document root) throws IOException {
    layout.put(root);
    layout.changeIndex(
        index ->
            name.isPresent()
                ? index.withName(name.get(), root.descriptor())
                : index.withEntry(root.descriptor()));
  }
}
