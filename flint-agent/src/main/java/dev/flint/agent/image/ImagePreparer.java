package dev.flint.agent.image;

import dev.flint.agent.instance.PreparedImage;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.image.DiskPull;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.transfer.Fetched;
import dev.flint.oci.transfer.ImageSource;
import java.io.IOException;
import java.nio.file.Path;

/** Gets images ready to run: fetched, verified, unpacked, and remembered by their names. */
public final class ImagePreparer {
  private final KnownImages known;
  private final DiskCache disks;

  /**
   * Prepares below a folder.
   *
   * @param images the folder of unpacked images
   * @param pull how disks are fetched
   */
  public ImagePreparer(Path images, DiskPull pull) {
    this.known = new KnownImages(images);
    this.disks = new DiskCache(images, pull);
  }

  /** An image that may run, and what it took to get it. */
  public record Prepared(PreparedImage image, Fetched fetched) {}

  /**
   * Prepares the image a source has for this machine's platform.
   *
   * @throws FlintException NOT_FOUND if it has none, UNSUPPORTED for a kind nobody here runs
   */
  public Prepared prepare(
      ImageSource source, Reference reference, Platform platform, ProgressListener progress)
      throws IOException {
    DiskImage image = DiskImage.read(source, reference, platform);
    if (image.config().backend().isEmpty()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED, "image " + reference + " is a container, which nothing here runs");
    }
    DiskCache.Got got = disks.get(source, image, progress);
    PreparedImage prepared =
        new PreparedImage(image.manifest().document().digest(), image.config(), got.disk());
    known.keep(reference.toString(), prepared);
    return new Prepared(prepared, got.fetched());
  }
}
