package dev.flint.oci.image;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.Manifest;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.disk.FileRole;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.PlatformCheck;
import dev.flint.oci.transfer.PlatformChoice;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An image of a layout with its manifest and config read: all there is to know before the disk
 * itself is touched.
 *
 * @param manifest of the one platform chosen
 */
public record DiskImage(Manifest manifest, ImageConfig config) {
  /** Reads the image an entry of the layout points to, choosing the platform from an index. */
  public static DiskImage read(OciLayout layout, Descriptor entry, Platform platform)
      throws IOException {
    Document root = layout.document(entry);
    return of(layout, PlatformChoice.below(new LayoutImages(layout), root, platform));
  }

  /**
   * Reads an image that a source has, choosing the platform from an index.
   *
   * @throws FlintException NOT_FOUND if the source has no such image
   */
  public static DiskImage read(ImageSource source, Reference reference, Platform platform)
      throws IOException {
    Document root =
        source
            .resolve(reference)
            .orElseThrow(
                () ->
                    new FlintException(
                        ErrorCode.NOT_FOUND, "image " + reference + " does not exist"));
    return below(source, root, platform);
  }

  /** Reads an image of a source, whose document or index is at hand. */
  public static DiskImage below(ImageSource source, Document root, Platform platform)
      throws IOException {
    Manifest manifest = Manifest.of(PlatformChoice.below(source, root, platform));
    return new DiskImage(manifest, PlatformCheck.config(source, manifest));
  }

  /** Reads the config that belongs to a manifest of the layout. */
  public static DiskImage of(OciLayout layout, Document document) throws IOException {
    Manifest manifest = Manifest.of(document);
    Descriptor config = manifest.config();
    return new DiskImage(manifest, ImageConfig.parse(layout.read(config), config.digest()));
  }

  /**
   * The layer that holds the disk.
   *
   * @throws FlintException UNSUPPORTED if the image does not have exactly one tar layer
   */
  public Descriptor layer() throws FlintException {
    List<Descriptor> layers = manifest.layers();
    if (layers.size() != 1) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "image "
              + manifest.document().digest()
              + " has "
              + layers.size()
              + " layers, a disk image has one",
          "an ordinary container image has no disk to unpack");
    }
    requireTar(layers.get(0));
    return layers.get(0);
  }

  static void requireTar(Descriptor layer) throws FlintException {
    if (!layer.mediaType().isTarLayer()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "layer "
              + layer.digest()
              + " has the type "
              + layer.mediaType()
              + ", which Flint does not unpack");
    }
  }

  /**
   * The disk as a file of the image.
   *
   * @throws FlintException as {@link #layer}, {@link #diffId} and {@link #diskDigest}
   */
  public ImageFile file() throws FlintException {
    return new ImageFile(FileRole.DISK, layer(), diffId(), diskDigest(), OptionalLong.empty());
  }

  /** The digest the layer's tar must have. */
  public Digest diffId() throws FlintException {
    List<Digest> diffIds = config.diffIds();
    if (diffIds.size() != manifest.layers().size()) {
      throw new IntegrityException(
          "image "
              + manifest.document().digest()
              + " has "
              + manifest.layers().size()
              + " layers, its config names "
              + diffIds.size());
    }
    return diffIds.get(0);
  }

  /** A disk fact: an annotation of the layer, or the label of the same name. */
  public Optional<String> diskFact(String key) throws FlintException {
    Optional<String> label = Optional.ofNullable(config.labels().get(key));
    return manifest.layers().size() == 1
        ? manifest.layers().get(0).annotation(key).or(() -> label)
        : label;
  }

  /** The digest the disk must have, where the image says. */
  public Optional<Digest> diskDigest() throws FlintException {
    Optional<String> text = diskFact(FeatherKeys.DISK_DIGEST);
    try {
      return text.map(Digest::parse);
    } catch (IllegalArgumentException e) {
      throw new FlintException(
          ErrorCode.PROTOCOL, FeatherKeys.DISK_DIGEST + " is " + e.getMessage(), e);
    }
  }
}
