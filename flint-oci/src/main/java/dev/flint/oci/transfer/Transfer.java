package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.progress.Meter;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Copies one image from a source to a target: what {@code push} and {@code pull} both are. Children
 * go before parents and the tag last, so that nothing incomplete is ever visible; documents go byte
 * for byte. Confined to one thread; used for one copy.
 */
public final class Transfer {
  private static final int MAX_DEPTH = 4;

  private final ImageSource source;
  private final ImageTarget target;
  private final ProgressListener listener;
  private final Set<Digest> copiedBlobs = new HashSet<>();
  private final Set<Digest> copiedDocuments = new HashSet<>();
  private Fetched fetched = Fetched.NOTHING;

  /** A copy between two places. */
  public Transfer(ImageSource source, ImageTarget target, ProgressListener listener) {
    this.source = source;
    this.target = target;
    this.listener = listener;
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
    Document root =
        source
            .resolve(from)
            .orElseThrow(
                () -> new FlintException(ErrorCode.NOT_FOUND, "image " + from + " does not exist"));
    Document copied = copyBelow(root, platform);
    store(copied, () -> target.tag(to, copied));
    return copied;
  }

  /**
   * Copies everything a document of the source needs, but not the document itself: the caller puts
   * that, under whatever name it likes.
   *
   * @param platform for an index: the one image of it to copy instead of all
   * @return the document to put: the root, or the image chosen
   */
  public Document copyBelow(Document root, Optional<Platform> platform) throws IOException {
    Document chosen = platform.isPresent() ? select(root, platform.get()) : root;
    copyChildren(chosen, 0);
    return chosen;
  }

  private Document select(Document root, Platform platform) throws IOException {
    Document document = root;
    for (int depth = 0; document.isIndex(); depth++) {
      checkDepth(document, depth);
      document = source.manifest(ImageIndex.of(document).select(platform));
    }
    return document;
  }

  private void copyChildren(Document document, int depth) throws IOException {
    if (!document.isIndex()) {
      Manifest manifest = Manifest.of(document);
      for (Descriptor layer : manifest.layers()) {
        copyBlob(layer);
      }
      copyBlob(manifest.config());
      return;
    }
    checkDepth(document, depth);
    for (Descriptor child : ImageIndex.of(document).manifests()) {
      if (!copiedDocuments.contains(child.digest())) {
        Document childDocument = source.manifest(child);
        copyChildren(childDocument, depth + 1);
        store(childDocument, () -> target.putManifest(childDocument));
        // Not before, so that a circle ends at the depth limit instead of passing for complete.
        copiedDocuments.add(child.digest());
      }
    }
  }

  private interface Put {
    void run() throws IOException;
  }

  /** A target that was wrong about what it has gets that once more. */
  private void store(Document document, Put put) throws IOException {
    try {
      put.run();
    } catch (MissingBlobException e) {
      if (document.isIndex() || !sendAgain(Manifest.of(document), e)) {
        throw e;
      }
      put.run();
    }
  }

  private boolean sendAgain(Manifest manifest, MissingBlobException e) throws IOException {
    boolean any = false;
    for (Descriptor blob : concat(manifest.layers(), manifest.config())) {
      if (e.blobs().contains(blob.digest())) {
        send(blob);
        any = true;
      }
    }
    return any;
  }

  private static List<Descriptor> concat(List<Descriptor> layers, Descriptor config) {
    List<Descriptor> all = new ArrayList<>(layers);
    all.add(config);
    return all;
  }

  private void send(Descriptor blob) throws IOException {
    try (Meter meter = Meter.start(listener, blob.digest().toString(), blob.size())) {
      send(blob, meter);
    }
  }

  private void send(Descriptor blob, Meter meter) throws IOException {
    CountedBlob counted = new CountedBlob(source, blob);
    Outcome outcome = target.putBlob(blob, counted, meter::advance);
    if (outcome == Outcome.DONE) {
      fetched = fetched.plus(counted.fetched());
    }
    meter.finish(outcome);
  }

  private void copyBlob(Descriptor blob) throws IOException {
    if (!copiedBlobs.add(blob.digest())) {
      return;
    }
    try (Meter meter = Meter.start(listener, blob.digest().toString(), blob.size())) {
      if (target.has(blob)) {
        meter.finish(Outcome.PRESENT);
        return;
      }
      send(blob, meter);
    }
  }

  /** What the copies so far took from the source, of the blobs that the target did not have. */
  public Fetched fetched() {
    return fetched;
  }

  private static void checkDepth(Document document, int depth) throws FlintException {
    if (depth >= MAX_DEPTH) {
      throw new FlintException(
          ErrorCode.POLICY,
          "index " + document.digest() + " is nested deeper than " + MAX_DEPTH + " levels");
    }
  }
}
