package dev.flint.oci.archive;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** Somebody's image layout folder, whose names may be anything. */
public final class LayoutFolder implements ImageBundle {
  private final OciLayout layout;
  private final LayoutImages images;
  private final OciLayout.Use use;

  /** Uses a layout, which is closed with this. */
  public LayoutFolder(OciLayout layout) throws IOException {
    this.layout = layout;
    this.images = new LayoutImages(layout);
    this.use = layout.use();
  }

  /** The layout. */
  public OciLayout layout() {
    return layout;
  }

  @Override
  public String what() {
    return "layout " + layout.folder();
  }

  @Override
  public List<NamedImage> images() throws IOException {
    return ListedImages.of(layout.index());
  }

  @Override
  public Document manifest(Descriptor descriptor) throws IOException {
    checkPresent(descriptor);
    return images.manifest(descriptor);
  }

  @Override
  public InputStream blob(Descriptor descriptor) throws IOException {
    checkPresent(descriptor);
    return images.blob(descriptor);
  }

  @Override
  public Optional<InputStream> range(Descriptor blob, long from, long length) throws IOException {
    checkPresent(blob);
    return images.range(blob, from, length);
  }

  /** A blob that a store lacks can be pulled again; a layout that lacks one is broken. */
  private void checkPresent(Descriptor descriptor) throws IOException {
    if (layout.find(descriptor.digest()).isEmpty()) {
      throw new IntegrityException(
          what() + " is not whole: blob " + descriptor.digest() + " is missing");
    }
  }

  @Override
  public void close() throws IOException {
    try (layout) {
      use.close();
    }
  }
}
