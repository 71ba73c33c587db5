package dev.flint.cli.command;

import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.foreignimage.ForeignImage;
import dev.flint.oci.foreignimage.ForeignIndex;
import dev.flint.oci.foreignimage.ForeignProbe;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.image.ImageFile;
import dev.flint.oci.image.ImageFiles;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.LayoutImages;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** An image of the local store whose files are wanted, be it Flint's or another's. */
final class StoredImage {
  @Mixin PlatformOption platform = new PlatformOption();

  @Option(
      names = "--disk-type",
      paramLabel = "TYPE",
      description = "Of an image of Podman machine the disk for qemu, applehv or hyperv.")
  @Nullable String diskType;

  /**
   * What is in an image.
   *
   * @param files of Flint's own images; none if it is foreign or a container
   */
  record Content(DiskImage image, List<ImageFile> files, Optional<ForeignImage> foreign) {}

  /** Reads an image of the store, of an index the one that is meant. */
  DiskImage read(OciLayout store, Reference reference) throws IOException {
    LayoutImages images = new LayoutImages(store);
    return read(images, images.manifest(images.require(reference)), reference);
  }

  /** Reads an image that another source has: of an index the one that is meant. */
  DiskImage read(ImageSource images, Document root, Reference reference) throws IOException {
    if (diskType != null) {
      if (!root.isIndex()) {
        throw new FlintException(
            ErrorCode.USAGE,
            reference + " is one image, so --disk-type has nothing to choose from");
      }
      Document disk =
          images.manifest(ForeignIndex.disk(ImageIndex.of(root), platform.orHost(), diskType));
      return DiskImage.below(images, disk, platform.orHost());
    }
    try {
      return platform.read(images, root, reference);
    } catch (FlintException e) {
      if (e.code() != ErrorCode.NOT_FOUND || platform.isGiven() || !root.isIndex()) {
        throw e;
      }
      Document only =
          images.manifest(
              ForeignIndex.onlyOneFor(ImageIndex.of(root), Platform.host()).orElseThrow(() -> e));
      return DiskImage.below(images, only, platform.orHost());
    }
  }

  /** Finds out what its files are. */
  static Content content(OciLayout store, DiskImage image) throws IOException {
    return ImageFiles.areIn(image)
        ? content(image)
        : new Content(image, List.of(), ForeignProbe.of(new LayoutImages(store), image));
  }

  /** As far as manifest and config tell, where the layers are far away. */
  static Content content(DiskImage image) throws FlintException {
    return ImageFiles.areIn(image)
        ? new Content(image, ImageFiles.of(image), Optional.empty())
        : new Content(image, List.of(), ForeignProbe.byDocuments(image));
  }
}
