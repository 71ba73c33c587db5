package dev.flint.oci.transfer;

import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Platform;
import dev.flint.oci.error.FlintException;
import java.io.IOException;

/** Goes down from an index to the one image for a platform. */
public final class PlatformChoice {
  private PlatformChoice() {}

  /**
   * The root itself if it is an image, whatever that is for.
   *
   * @throws FlintException NOT_FOUND if an index has none for the platform, POLICY if it is nested
   *     too deeply
   */
  public static Document below(ImageSource source, Document root, Platform platform)
      throws IOException {
    Document document = root;
    for (int depth = 0; document.isIndex(); depth++) {
      ImageGraph.checkDepth(document, depth);
      document = source.manifest(ImageIndex.of(document).select(platform));
    }
    return document;
  }
}
