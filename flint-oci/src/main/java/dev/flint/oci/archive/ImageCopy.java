package dev.flint.oci.archive;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Platform;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.transfer.Fetched;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.MountSource;
import dev.flint.oci.transfer.ReferrerSource;
import dev.flint.oci.transfer.Transfer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Copies one image between any two places, byte for byte, with what refers to it where that is
 * wanted. The image itself comes last, so that nothing incomplete is visible. Used for one copy.
 */
public final class ImageCopy {
  /** More signatures, attestations and lists of parts than any image has. */
  private static final int MAX_REFERRERS = 1024;

  private final ImageSource source;
  private final CopyTarget target;
  private final Transfer transfer;
  private final Set<Digest> seen = new HashSet<>();

  /** A copy between two places, one blob after the other, so that an archive is always the same. */
  public ImageCopy(ImageSource source, CopyTarget target, ProgressListener listener) {
    this(source, target, listener, 1, MountSource.NONE);
  }

  /**
   * A copy between two places.
   *
   * @param jobs how many blobs go at a time, at least 1
   * @param mounts where blobs that the target has not got may be in its registry
   */
  public ImageCopy(
      ImageSource source,
      CopyTarget target,
      ProgressListener listener,
      int jobs,
      MountSource mounts) {
    this.source = source;
    this.target = target;
    this.transfer = new Transfer(source, target.images(), listener, jobs, mounts);
  }

  /**
   * Copies an image.
   *
   * @param root its document in the source
   * @param platform for an index: the one image of it to copy; an image must be for it
   * @param referrers what refers to the image and to its parts is copied too; {@link
   *     ReferrerSource#NONE} for nothing
   * @return the document copied
   * @throws FlintException NOT_FOUND if there is no image for the platform, POLICY if there are
   *     more than 1024 referrers
   */
  public Document copy(Document root, Optional<Platform> platform, ReferrerSource referrers)
      throws IOException {
    if (platform.isPresent() && !root.isIndex()) {
      PlatformImage.check(source, root, platform.get());
    }
    Document chosen = transfer.copyBelow(root, platform);
    if (referrers != ReferrerSource.NONE) {
      copyReferrers(chosen, referrers);
    }
    target.complete(chosen);
    return chosen;
  }

  /** Referrers may have referrers; a circle cannot be, but a source may claim one. */
  private void copyReferrers(Document root, ReferrerSource referrers) throws IOException {
    Deque<Document> subjects = new ArrayDeque<>();
    subjects.add(root);
    seen.add(root.digest());
    int found = 0;
    while (!subjects.isEmpty()) {
      Document subject = subjects.remove();
      if (subject.isIndex()) {
        addParts(subject, subjects);
      }
      for (Descriptor descriptor : referrers.referrersOf(subject.descriptor())) {
        if (!seen.add(descriptor.digest())) {
          continue;
        }
        if (++found > MAX_REFERRERS) {
          throw new FlintException(
              ErrorCode.POLICY,
              "more than " + MAX_REFERRERS + " manifests refer to image " + root.digest());
        }
        Document referrer = source.manifest(descriptor);
        transfer.copyBelow(referrer, Optional.empty());
        target.attach(referrer);
        subjects.add(referrer);
      }
    }
  }

  private void addParts(Document index, Deque<Document> subjects) throws IOException {
    for (Descriptor part : ImageIndex.of(index).manifests()) {
      if (seen.add(part.digest())) {
        subjects.add(source.manifest(part));
      }
    }
  }

  /** What the copy took from the source. */
  public Fetched fetched() {
    return transfer.fetched();
  }
}
