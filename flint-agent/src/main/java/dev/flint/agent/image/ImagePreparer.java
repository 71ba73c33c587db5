package dev.flint.agent.image;

import dev.flint.agent.instance.PreparedImage;
import dev.flint.oci.Document;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.foreignimage.Carried;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.image.DiskPull;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.StoreLock;
import dev.flint.oci.transfer.Fetched;
import dev.flint.oci.transfer.ImageSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Gets images ready to run: fetched, verified, unpacked, and remembered by their names. */
public final class ImagePreparer {
  /** What an image without a backend is for. */
  private static final String CONTAINERS = "containerd";

  private final Path images;
  private final Admission admission;
  private final KnownImages known;
  private final DiskCache disks;
  private final ContainerCache containers;

  /**
   * Prepares below a folder.
   *
   * @param images the folder of unpacked images
   * @param pull how disks are fetched
   * @param maxBytes the most a layer may unpack to
   * @param admission which images may be prepared
   */
  public ImagePreparer(Path images, DiskPull pull, long maxBytes, Admission admission) {
    this.images = images;
    this.admission = admission;
    this.known = new KnownImages(images);
    this.disks = new DiskCache(images, pull);
    this.containers = new ContainerCache(images, maxBytes);
  }

  /** An image that may run, and what it took to get it. */
  public record Prepared(PreparedImage image, Fetched fetched) {
    /** What it took, as the agent counts it. */
    public JsonObject fetchedDocument() {
      return JsonObject.empty()
          .with("fetchedBytes", fetched.fetchedBytes())
          .with("reusedBytes", fetched.reusedBytes());
    }
  }

  /**
   * Prepares the image a source has for this machine's platform.
   *
   * @throws FlintException NOT_FOUND if it has none
   * @throws NotAdmittedException if it may not run here; then none of its blobs is fetched. The
   *     same goes for UNSUPPORTED if nothing here could run it
   */
  public Prepared prepare(
      ImageSource source, Reference reference, Platform platform, ProgressListener progress)
      throws IOException {
    return prepare(source, Optional.empty(), reference, platform, progress);
  }

  /**
   * Prepares the image a source has for this machine's platform.
   *
   * @param secret the pull secret that the source shows, which then others have to have
   */
  Prepared prepare(
      ImageSource source,
      Optional<String> secret,
      Reference reference,
      Platform platform,
      ProgressListener progress)
      throws IOException {
    Document root =
        source
            .resolve(reference)
            .orElseThrow(
                () ->
                    new FlintException(
                        ErrorCode.NOT_FOUND, "image " + reference + " does not exist"));
    admission.require(reference, root.digest());
    DiskImage image = DiskImage.below(source, root, platform);
    Carried.requireRunHere(reference, image);
    boolean container = isContainer(image);
    Set<String> wanted = container ? ContainerCache.keys(image) : DiskCache.keys(image);
    try (FetchIntent intent = FetchIntent.declare(images, known, wanted)) {
      Prepared prepared =
          container
              ? containers.get(source, reference, platform, image, progress)
              : disk(source, image, progress);
      known.keep(reference, root.digest(), prepared.image(), secret);
      return prepared;
    }
  }

  /**
   * What a name was resolved to when it was last prepared, if all of it is here.
   *
   * @throws NotAdmittedException if it may not run here
   */
  public Optional<PreparedImage> known(Reference reference) throws IOException {
    // Read once: what is admitted must be what is run, whoever fetches that name meanwhile.
    Optional<KnownImages.Resolved> here = known.resolved(reference.toString());
    if (here.isEmpty()) {
      return Optional.empty();
    }
    admission.require(reference, here.get().root());
    known.used(reference.toString());
    return Optional.of(here.get().image());
  }

  /** The content of an image if all of it is unpacked here; nothing is fetched. */
  public Optional<PreparedImage.Content> here(DiskImage image) throws IOException {
    return isContainer(image) ? containers.here(image) : disks.here(image);
  }

  /** Keeps an image from being removed until closed, as {@link KnownImages#hold(PreparedImage)}. */
  StoreLock.Hold hold(PreparedImage image) throws IOException {
    return known.hold(image);
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
