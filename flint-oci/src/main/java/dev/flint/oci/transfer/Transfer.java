package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.progress.ProgressListener;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Copies images from a source to a target: what {@code push} and {@code pull} both are. Blobs go
 * first, several at a time, then documents, children before parents, and the tag last, so that
 * nothing incomplete is ever visible; documents go byte for byte. What went once does not go again
 * with another image. When a blob fails, the others are ended and its failure is thrown; the same
 * goes for an interruption of the caller. Confined to one thread.
 */
public final class Transfer {
  /**
   * How many blobs a command has go at a time: more hardly fill a link better, and each takes
   * memory.
   */
  public static final int USUAL_JOBS = 3;

  private final ImageSource source;
  private final ImageTarget target;
  private final BlobCopies blobs;
  private final Set<Digest> copiedDocuments = new HashSet<>();

  /** Copies between two places, one blob after the other. */
  public Transfer(ImageSource source, ImageTarget target, ProgressListener listener) {
    this(source, target, listener, 1, MountSource.NONE);
  }

  /**
   * Copies between two places.
   *
   * @param listener must be thread-safe unless there is one job
   * @param jobs how many blobs go at a time, at least 1
   * @param mounts where blobs that the target has not got may be in its registry
   */
  public Transfer(
      ImageSource source,
      ImageTarget target,
      ProgressListener listener,
      int jobs,
      MountSource mounts) {
    this.source = source;
    this.target = target;
    this.blobs = new BlobCopies(source, target, mounts, listener, jobs);
  }

  /**
   * Copies the image {@code from} of the source to the name {@code to} of the target.
   *
   * @param platform for an index: the one image of it to copy instead of all
   * @return the document that {@code to} now names
   * @throws FlintException NOT_FOUND if the source has no such image
   */
  public Document copy(Reference from, Reference to, Optional<Platform> platform)
      throws IOException {
    Document resolved =
        source
            .resolve(from)
            .orElseThrow(
                () -> new FlintException(ErrorCode.NOT_FOUND, "image " + from + " does not exist"));
    Document root =
        platform.isPresent() ? PlatformChoice.below(source, resolved, platform.get()) : resolved;
    copy(root, to);
    return root;
  }

  /** Copies an image of the source, which need have no name there, to a name of the target. */
  public void copy(Document root, Reference to) throws IOException {
    ImageGraph graph = copyPartsOf(root);
    store(graph, () -> target.tag(to, root));
  }

  /**
   * Copies everything a document of the source needs, but not the document itself: the caller puts
   * that, under whatever name it likes.
   *
   * @param platform for an index: the one image of it to copy instead of all
   * @return the document to put: the root, or the image chosen
   */
  public Document copyBelow(Document root, Optional<Platform> platform) throws IOException {
    Document chosen =
        platform.isPresent() ? PlatformChoice.below(source, root, platform.get()) : root;
    copyPartsOf(chosen);
    return chosen;
  }

  private ImageGraph copyPartsOf(Document root) throws IOException {
    ImageGraph graph = ImageGraph.of(root, source);
    blobs.copy(graph.blobs());
    for (Document document : graph.documents()) {
      if (!document.equals(root) && !copiedDocuments.contains(document.digest())) {
        store(graph, () -> target.putManifest(document));
        copiedDocuments.add(document.digest());
      }
    }
    return graph;
  }

  private interface Put {
    void run() throws IOException;
  }

  /** A target that was wrong about what it has gets that once more. */
  private void store(ImageGraph graph, Put put) throws IOException {
    try {
      put.run();
    } catch (MissingBlobException e) {
      List<Descriptor> missing =
          graph.blobs().stream().filter(blob -> e.blobs().contains(blob.digest())).toList();
      if (missing.isEmpty()) {
        throw e;
      }
      blobs.copyAgain(missing);
      put.run();
    }
  }

  /** What the copies so far took from the source, of the blobs that the target did not have. */
  public Fetched fetched() {
    return blobs.fetched();
  }
}
