package dev.flint.agent.image;

import dev.flint.agent.image.ImagePreparer.Prepared;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.rootfs.LayerFolders;
import dev.flint.oci.Digest;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.GarbageCollector;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.Fetched;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.MountSource;
import dev.flint.oci.transfer.Transfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Root file systems of containers, a folder for each layer. Packed layers are not kept. */
final class ContainerCache {
  private static final int LANES = 2;

  private final Path images;
  private final LayerFolders layers;
  private final long maxBytes;

  ContainerCache(Path images, long maxBytes) {
    this.images = images;
    this.layers = new LayerFolders(images.resolve("layers"));
    this.maxBytes = maxBytes;
  }

  /** The layers of an image; those that are not there are fetched. */
  Prepared get(
      ImageSource source,
      Reference reference,
      Platform platform,
      DiskImage image,
      ProgressListener progress)
      throws IOException {
    Digest manifest = image.manifest().document().digest();
    if (isThere(image)) {
      return new Prepared(
          new PreparedImage(manifest, image.config(), new PreparedImage.Layers(folders(image))),
          Fetched.NOTHING);
    }
    try (OciLayout store = OciLayout.openOrCreate(images.resolve("store"))) {
      Fetched fetched;
      PreparedImage.Layers content;
      try (OciLayout.Use use = store.use()) {
        Transfer transfer =
            new Transfer(source, new LayoutImages(store), progress, LANES, MountSource.NONE);
        transfer.copy(reference, reference, Optional.of(platform));
        fetched = transfer.fetched();
        content = layers.unpack(store, image.manifest(), image.config(), maxBytes);
      }
      store.changeIndex(index -> index.withRetired(LayoutImages.nameOf(reference)));
      new GarbageCollector(store).sweep();
      return new Prepared(new PreparedImage(manifest, image.config(), content), fetched);
    }
  }

  /** What the image needs of what is unpacked here. */
  static Set<String> keys(DiskImage image) throws IOException {
    Set<String> keys = new HashSet<>();
    for (Digest diffId : image.config().diffIds()) {
      keys.add(UnpackedContent.layerKey(diffId));
    }
    return keys;
  }

  /** The layers of an image, if all are here. */
  Optional<PreparedImage.Content> here(DiskImage image) throws IOException {
    return isThere(image)
        ? Optional.of(new PreparedImage.Layers(folders(image)))
        : Optional.empty();
  }

  private boolean isThere(DiskImage image) throws IOException {
    for (Digest diffId : image.config().diffIds()) {
      if (!Files.isDirectory(layers.path(diffId))) {
        return false;
      }
    }
    return true;
  }

  /** As {@link LayerFolders#unpack} gives them: one that comes twice only where it is uppermost. */
  private List<Path> folders(DiskImage image) throws IOException {
    List<Path> folders = new ArrayList<>();
    for (Digest diffId : image.config().diffIds()) {
      folders.remove(layers.path(diffId));
      folders.add(layers.path(diffId));
    }
    return Collections.unmodifiableList(folders);
  }
}
