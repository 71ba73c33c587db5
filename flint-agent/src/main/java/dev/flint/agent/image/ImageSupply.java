package dev.flint.agent.image;

import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.PullPolicy;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.store.StoreLock;
import dev.flint.oci.transfer.Fetched;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.LayoutImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the image of an instance comes from: the user's store, what was prepared, or a registry.
 */
public final class ImageSupply {
  private final Path store;
  private final ImagePreparer preparer;
  private final Registries registries;
  private final ProgressListener progress;

  /** Opens the repository of a reference. */
  @FunctionalInterface
  public interface Registries {
    /**
     * The repository a reference is in.
     *
     * @throws FlintException USAGE if the reference has no host
     */
    ImageSource source(Reference reference) throws IOException;

    /** The pull secret whose credentials the source shows. */
    default Optional<String> secret(Reference reference) throws IOException {
      return Optional.empty();
    }
  }

  /**
   * Supplies from these.
   *
   * @param store the folder of the user's store, made if it is not there
   */
  public ImageSupply(
      Path store, ImagePreparer preparer, Registries registries, ProgressListener progress) {
    this.store = store;
    this.preparer = preparer;
    this.registries = registries;
    this.progress = progress;
  }

  /**
   * The image, ready to run, and what it took.
   *
   * @throws FlintException NOT_FOUND under {@link PullPolicy#NEVER} if it is not here
   */
  public ImagePreparer.Prepared get(Reference reference, PullPolicy policy) throws IOException {
    if (policy != PullPolicy.ALWAYS) {
      Optional<ImagePreparer.Prepared> here = local(reference);
      if (here.isPresent()) {
        return here.get();
      }
      if (policy == PullPolicy.NEVER) {
        throw new FlintException(
            ErrorCode.NOT_FOUND,
            "image " + reference + " is not here",
            "pull it first, or leave out --pull never");
      }
    }
    return preparer.prepare(
        registries.source(reference),
        registries.secret(reference),
        reference,
        Platform.host(),
        progress);
  }

  /**
   * Keeps an image from being removed until closed, so that an instance of it can be made.
   *
   * @throws FlintException NOT_FOUND if it was removed since it was prepared
   */
  public StoreLock.Hold hold(PreparedImage image) throws IOException {
    return preparer.hold(image);
  }

  private Optional<ImagePreparer.Prepared> local(Reference reference) throws IOException {
    try (OciLayout layout = OciLayout.openOrCreate(store);
        OciLayout.Use use = layout.use()) {
      LayoutImages source = new LayoutImages(layout);
      if (source.find(reference).isPresent()) {
        return Optional.of(
            new ImagePreparer.Prepared(
                preparer.prepare(source, reference, Platform.host(), progress).image(),
                Fetched.NOTHING));
      }
    }
    return preparer
        .known(reference)
        .map(image -> new ImagePreparer.Prepared(image, Fetched.NOTHING));
  }
}
