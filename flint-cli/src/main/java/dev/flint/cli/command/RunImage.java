package dev.flint.cli.command;

import dev.flint.agent.image.Admission;
import dev.flint.agent.image.ImagePreparer;
import dev.flint.agent.image.KnownImages;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.store.StoreLock;
import dev.flint.oci.transfer.Fetched;
import dev.flint.oci.transfer.LayoutImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Where the image of an instance comes from: the local store, what was prepared, or a registry. */
final class RunImage {
  /** When a registry is asked. */
  enum Policy {
    /** For every run. */
    always,
    /** If the image is not here. */
    missing,
    /** Never. */
    never
  }

  private static final long MAX_SIZE = 64L << 30;

  private final Context context;
  private final RegistryOptions registry;
  private final Path images;
  private final Admission admission;

  /** Prepared below a folder; what a user runs himself needs nobody's leave. */
  RunImage(Context context, RegistryOptions registry, Path images) {
    this(context, registry, images, Admission.ALL);
  }

  /** Prepared below a folder, if it may run. */
  RunImage(Context context, RegistryOptions registry, Path images, Admission admission) {
    this.context = context;
    this.registry = registry;
    this.images = images;
    this.admission = admission;
  }

  /** The image, ready to run. */
  PreparedImage prepare(Reference reference, Policy policy) throws IOException {
    return get(reference, policy).image();
  }

  /** The image, ready to run, and what it took. */
  ImagePreparer.Prepared get(Reference reference, Policy policy) throws IOException {
    ImagePreparer preparer = new ImagePreparer(images, context.diskPull(MAX_SIZE), MAX_SIZE, admission);
    if (policy != Policy.always) {
      Optional<ImagePreparer.Prepared> here = local(reference, preparer);
      if (here.isPresent()) {
        return here.get();
      }
      if (policy == Policy.never) {
        throw new FlintException(
            ErrorCode.NOT_FOUND,
            "image " + reference + " is not here",
            "pull it first, or leave out --pull never");
      }
    }
    return preparer.prepare(
        context.source(registry, reference), reference, Platform.host(), context.progress());
  }

  /**
   * Keeps an image from being removed until closed, so that an instance of it can be made.
   *
   * @throws FlintException NOT_FOUND if it was removed since it was prepared
   */
  StoreLock.Hold hold(PreparedImage image) throws IOException {
    return new KnownImages(images).hold(image);
  }

  private Optional<ImagePreparer.Prepared> local(Reference reference, ImagePreparer preparer)
      throws IOException {
    try (OciLayout store = context.store();
        OciLayout.Use use = store.use()) {
      LayoutImages source = new LayoutImages(store);
      if (source.find(reference).isPresent()) {
        return Optional.of(
            new ImagePreparer.Prepared(
                preparer.prepare(source, reference, Platform.host(), context.progress()).image(),
                Fetched.NOTHING));
      }
    }
    return preparer
        .known(reference)
        .map(image -> new ImagePreparer.Prepared(image, Fetched.NOTHING));
  }
}
