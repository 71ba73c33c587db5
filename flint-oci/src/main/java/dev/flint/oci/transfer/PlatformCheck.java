package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.Manifest;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.VerifyingInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Sees to it that who asks for a platform by name does not silently get another one. */
public final class PlatformCheck {
  private static final int MAX_CONFIG = 4 * 1024 * 1024;

  private PlatformCheck() {}

  /**
   * Checks an image before it is copied; an index is left to the choice among its entries.
   *
   * @throws FlintException NOT_FOUND if the image is for another platform
   */
  public static void check(ImageSource source, Reference reference, Platform wanted)
      throws IOException {
    Optional<Document> root = source.resolve(reference);
    if (root.isEmpty() || root.get().isIndex()) {
      return;
    }
    check(config(source, Manifest.of(root.get())), reference, wanted);
  }

  /** Reads and verifies the config of an image. */
  public static ImageConfig config(ImageSource source, Manifest manifest) throws IOException {
    Descriptor config = manifest.config();
    if (config.size() > MAX_CONFIG) {
      throw new FlintException(ErrorCode.POLICY, "refusing to read " + config);
    }
    try (InputStream in =
        new VerifyingInputStream(source.blob(config), config.digest(), config.size(), "config")) {
      return ImageConfig.parse(in.readAllBytes(), config.digest());
    }
  }

  /**
   * Checks an image whose config is known.
   *
   * @throws FlintException NOT_FOUND if the image is for another platform
   */
  public static void check(ImageConfig config, Reference reference, Platform wanted)
      throws FlintException {
    Platform offered = config.platform();
    if (!wanted.accepts(offered)) {
      throw new FlintException(
          ErrorCode.NOT_FOUND, "image " + reference + " is for " + offered + ", not for " + wanted);
    }
  }
}
