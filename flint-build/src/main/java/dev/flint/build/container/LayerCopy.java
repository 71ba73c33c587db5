package dev.flint.build.container;

import dev.flint.oci.Descriptor;
import dev.flint.oci.progress.Meter;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.LayoutImages;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

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
      meter.finish(store.putBlob(layer, new Bytes(layer), meter));
    }
  }

  private final class Bytes implements BlobSource {
    private final Descriptor layer;

    Bytes(Descriptor layer) {
      this.layer = layer;
    }

    @Override
    public InputStream open() throws IOException {
      return source.blob(layer);
    }

    @Override
    public Optional<InputStream> range(long from, long length) throws IOException {
      return source.range(layer, from, length);
    }
  }
}
