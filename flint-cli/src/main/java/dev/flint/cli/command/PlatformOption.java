package dev.flint.cli.command;

import dev.flint.oci.Document;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.PlatformCheck;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which image of an index is meant. */
final class PlatformOption {
  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "Platform of the image, if there are several. Default: linux on this machine.")
  @Nullable Platform platform;

  /** Whether the user named one. */
  boolean isGiven() {
    return platform != null;
  }

  /** The one the user named, or this machine's. */
  Platform orHost() {
    return platform == null ? Platform.host() : platform;
  }

  /** Reads an image of the store, which must be for the platform if the user named one. */
  DiskImage read(OciLayout store, Reference reference) throws IOException {
    LayoutImages images = new LayoutImages(store);
    return read(images, images.manifest(images.require(reference)), reference);
  }

  /** Likewise below a document of any source. */
  DiskImage read(ImageSource source, Document root, Reference reference) throws IOException {
    DiskImage image = DiskImage.below(source, root, orHost());
    if (platform != null) {
      PlatformCheck.check(image.config(), reference, platform);
    }
    return image;
  }
}
