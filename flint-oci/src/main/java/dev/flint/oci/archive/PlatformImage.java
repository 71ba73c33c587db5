package dev.flint.oci.archive;

import dev.flint.oci.Document;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.Manifest;
import dev.flint.oci.Platform;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.PlatformCheck;
import dev.flint.oci.transfer.PlatformChoice;
import java.io.IOException;
import java.util.Optional;

/** Finds the one image for a platform. */
public final class PlatformImage {
  private PlatformImage() {}

  /**
   * The image itself, or the one for a platform of an index.
   *
   * @param platform what an image must be for; where empty, that of this machine is taken from an
   *     index, and an image may be for any
   * @throws FlintException NOT_FOUND if there is none, POLICY if an index is nested too deeply
   */
  public static Manifest choose(ImageSource source, Document root, Optional<Platform> platform)
      throws IOException {
    if (!root.isIndex() && platform.isPresent()) {
      check(source, root, platform.get());
    }
    Platform wanted = platform.orElseGet(Platform::host);
    return Manifest.of(PlatformChoice.below(source, root, wanted));
  }

  /**
   * Checks what an image is for.
   *
   * @throws FlintException NOT_FOUND if it is for another platform
   */
  static void check(ImageSource source, Document image, Platform wanted) throws IOException {
    ImageConfig config = PlatformCheck.config(source, Manifest.of(image));
    if (!wanted.accepts(config.platform())) {
      throw new FlintException(
          ErrorCode.NOT_FOUND,
          "image " + image.digest() + " is for " + config.platform() + ", not for " + wanted);
    }
  }
}
