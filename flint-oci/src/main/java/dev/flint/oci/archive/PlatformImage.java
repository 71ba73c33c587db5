package dev.flint.oci.archive;

import dev.flint.oci.Document;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.Platform;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.PlatformCheck;
import java.io.IOException;
import java.util.Optional;

/** Finds the one image for a platform. */
public final class PlatformImage {
  private static final int MAX_DEPTH = 4;

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
    Document document = root;
    for (int depth = 0; document.isIndex(); depth++) {
      if (depth >= MAX_DEPTH) {
        throw new FlintException(
            ErrorCode.POLICY, "index " + root.digest() + " is nested too deeply");
      }
      document =
          source.manifest(ImageIndex.of(document).select(platform.orElseGet(Platform::host)));
    }
    return Manifest.of(document);
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
