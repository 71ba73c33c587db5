package dev.flint.build.container;

import dev.flint.oci.Document;
import dev.flint.oci.Platform;
import dev.flint.oci.archive.Location;
import dev.flint.oci.transfer.ImageSource;
import java.io.IOException;

/** Finds the images that containers stand on, wherever they are. Thread-safe. */
public interface BaseImages {
  /**
   * A base.
   *
   * @param images where its parts are, open until the build ends
   * @param root its manifest or index
   */
  record Base(ImageSource images, Document root) {}

  /**
   * Finds a base.
   *
   * @param platform that it is needed for
   * @throws dev.flint.oci.error.FlintException NOT_FOUND if there is none
   */
  Base find(Location location, Platform platform) throws IOException;
}
