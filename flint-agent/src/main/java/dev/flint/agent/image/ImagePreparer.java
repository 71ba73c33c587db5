package dev.flint.agent.image;

import dev.flint.agent.instance.PreparedImage;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.image.DiskPull;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.transfer.Fetched;
import dev.flint.oci.transfer.ImageSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Gets images ready to run: fetched, verified, unpacked, and remembered by their names. */
public final class ImagePreparer {
  /** What an image without a backend is for. */
  private static final String CONTAINERS = "containerd";

  private final KnownImages known;
  private final DiskCache disks;
  private final ContainerCache containers;

  /**
   * Prepares below a folder.
   *
   * @param images the folder of unpacked images
   * @param pull how disks are fetched
   * @param maxBytes the most a layer may unpack to
   */
  public ImagePreparer(Path images, DiskPull pull, long maxBytes) {
    this.known = new KnownImages(images);
    this.disks = new DiskCache(images, pull);
    this.containers = new ContainerCache(images, maxBytes);
  }

  /** An image that may run, and what it took to get it. */
  public record Prepared(PreparedImage image, Fetched fetched) {}

  /**
   * Prepares the image a source has for this machine's platform.
   *
   * @throws dev.flint.oci.error.FlintException NOT_FOUND if it has none
   */
  public Prepared prepare(
      ImageSource source, Reference reference, Platform platform, ProgressListener progress)
      throws IOException {
    DiskImage image = DiskImage.read(source, reference, platform);
    Prepared prepared =
        isContainer(image)
            ? containers.get(source, reference, platform, image, progress)
            : disk(source, image, progress);
    known.keep(reference.toString(), prepared.image());
    return prepared;
  }

  /** The content of an image if all of it is unpacked here; nothing is fetched. */
  public Optional<PreparedImage.Content> here(DiskImage image) throws IOException {
    return isContainer(image) ? containers.here(image) : disks.here(image);
  }

  private static boolean isContainer(DiskImage image) throws IOException {
    Optional<String> backend = image.config().backend();
    return backend.isEmpty() || backend.get().equals(CONTAINERS);
  }

  private Prepared disk(ImageSource source, DiskImage image, ProgressListener progress)
      throws IOException {
    DiskCache.Got got = disks.get(source, image, progress);
    return new Prepared(
        new PreparedImage(image.manifest().document().digest(), image.config(), got.disk()),
        got.fetched());
  }
}
