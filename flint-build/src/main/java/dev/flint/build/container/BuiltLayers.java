package dev.flint.build.container;

import dev.flint.build.input.Layer;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Manifest;
import dev.flint.oci.layer.TarFilter;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.Blob;
import dev.flint.oci.store.Ingest;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.LayoutImages;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Puts the layers that jib built into the store; on a base, without the folders that are not meant
 * to replace the base's.
 *
 * @param source where they are
 */
record BuiltLayers(ImageSource source, LayoutImages store, ProgressListener listener) {
  private static final int BUFFER = 128 * 1024;

  /** A layer in the store, and the digest of its tar. */
  record Stored(Descriptor layer, Digest diffId) {}

  /**
   * Copies.
   *
   * @param layers what jib was told, in the order of the manifest
   * @param diffIds of jib's layers
   */
  List<Stored> copy(Manifest manifest, List<Digest> diffIds, List<Layer> layers, boolean onBase)
      throws IOException {
    List<Stored> out = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      Descriptor layer = manifest.layers().get(i);
      LayerFolders folders = LayerFolders.of(layers.get(i));
      if (onBase && !folders.idle().isEmpty()) {
        out.add(filtered(layer, folders));
      } else {
        new LayerCopy(source, store, listener).copy(List.of(layer));
        out.add(new Stored(layer, diffIds.get(i)));
      }
    }
    return out;
  }

  private Stored filtered(Descriptor layer, LayerFolders folders) throws IOException {
    MessageDigest hasher = Digest.sha256Hasher();
    try (InputStream in = new GZIPInputStream(source.blob(layer), BUFFER);
        Ingest ingest = store.layout().ingest()) {
      try (OutputStream gzip = new GZIPOutputStream(new KeptOpen(ingest), BUFFER);
          OutputStream tar = new DigestOutputStream(gzip, hasher)) {
        TarFilter.copyWithout(folders.idle()::contains, in, tar);
      }
      Blob blob = ingest.commit();
      return new Stored(
          Descriptor.of(layer.mediaType(), blob.digest(), blob.size()), Digest.of(hasher.digest()));
    }
  }

  /** A compressor closes what it writes to, and an ingest that is closed was given up. */
  private static final class KeptOpen extends FilterOutputStream {
    KeptOpen(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() {}
  }
}
