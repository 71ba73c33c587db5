package dev.flint.oci.delta;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.layer.SeekableLayer;
import dev.flint.oci.store.Blob;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The layers of a layout that may be seeds, newest first, open while they are used. */
final class StoredLayers implements AutoCloseable {
  /** Each costs reading a table; an update is like one of the last versions. */
  private static final int MAX_LAYERS = 16;

  private final OciLayout layout;
  private final List<Seed> seeds = new ArrayList<>();
  private final List<FileChannel> channels = new ArrayList<>();
  private final Set<Digest> seen = new HashSet<>();

  private StoredLayers(OciLayout layout) {
    this.layout = layout;
  }

  /** Opens all but the layer that is wanted. */
  static StoredLayers open(OciLayout layout, Digest wanted) throws IOException {
    StoredLayers layers = new StoredLayers(layout);
    layers.seen.add(wanted);
    List<Descriptor> entries = layout.index().entries();
    try {
      for (int i = entries.size() - 1; i >= 0; i--) {
        layers.addImage(entries.get(i), true);
      }
      return layers;
    } catch (IOException e) {
      layers.close();
      throw e;
    }
  }

  List<Seed> seeds() {
    return List.copyOf(seeds);
  }

  /** What cannot be read is no seed; complaining is for those who need it. */
  private void addImage(Descriptor entry, boolean deeper) throws IOException {
    if (seeds.size() >= MAX_LAYERS || !seen.add(entry.digest())) {
      return;
    }
    try {
      Document document = layout.document(entry);
      if (!document.isIndex()) {
        for (Descriptor layer : Manifest.of(document).layers()) {
          addLayer(layer);
        }
      } else if (deeper) {
        for (Descriptor child : ImageIndex.of(document).manifests()) {
          addImage(child, false);
        }
      }
    } catch (FlintException | FileSystemException e) {
      // Foreign, damaged or missing.
    }
  }

  private void addLayer(Descriptor descriptor) throws IOException {
    Optional<Blob> blob = layout.find(descriptor);
    if (blob.isEmpty() || !seen.add(descriptor.digest())) {
      return;
    }
    Blob found = blob.get();
    Optional<SeekableLayer> layer =
        SeekableLayer.find(descriptor, (from, length) -> Optional.of(found.range(from, length)));
    if (layer.isPresent()) {
      FileChannel channel = found.channel();
      channels.add(channel);
      seeds.add(new LayerSeed(layer.get(), channel));
    }
  }

  @Override
  public void close() throws IOException {
    for (FileChannel channel : channels) {
      channel.close();
    }
  }
}
