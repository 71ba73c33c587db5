package dev.flint.build.container;

import dev.flint.oci.Descriptor;
import dev.flint.oci.progress.Meter;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.LayoutImages;
import java.io.IOException;
import java.util.List;

/**
 * Puts layers into the store, verified; those that are there stay as they are.
 *
 * @param source where they are
 */
record LayerCopy(ImageSource source, LayoutImages store, ProgressListener listener) {
  void copy(List<Descriptor> layers) throws IOException {
    store.expect(layers);
    for (Descriptor layer : layers) {
      if (!store.has(layer)) {
        copy(layer);
      }
    }
  }

  private void copy(Descriptor layer) throws IOException {
    try (Meter meter = Meter.start(listener, layer.digest().toString(), layer.size())) {
      meter.finish(store.putBlob(layer, BlobSource.of(source, layer), meter));
    }
  }
}
