package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.progress.ByteMeter;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.store.FreeSpace;
import dev.flint.oci.store.Ingest;
import dev.flint.oci.store.LayoutIndex;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.store.PartialBlob;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The images of a layout whose names are whole references, {@code HOST/REPOSITORY:TAG}: Flint's
 * local store. An image known by digest alone is named {@code HOST/REPOSITORY@DIGEST}. Thread-safe.
 */
public final class LayoutImages implements ImageSource, ImageTarget {
  /** Up to this many bytes, fetching again is cheaper than keeping. */
  private static final long NOT_KEPT = 1 << 20;

  private final OciLayout layout;
  private final Pause pause;
  private final BlobShortcut shortcut;
  private final FreeSpace room;

  /** Views a layout. */
  public LayoutImages(OciLayout layout) {
    this(layout, new GrowingPause(), BlobShortcut.NONE);
  }

  /**
   * Views a layout.
   *
   * @param pause the time a broken link gets
   * @param shortcut is tried before a blob is fetched whole
   */
  public LayoutImages(OciLayout layout, Pause pause, BlobShortcut shortcut) {
    this(layout, pause, shortcut, new FreeSpace());
  }

  /** Views a layout with a disk of its own. */
  LayoutImages(OciLayout layout, Pause pause, BlobShortcut shortcut, FreeSpace room) {
    this.layout = layout;
    this.pause = pause;
    this.shortcut = shortcut;
    this.room = room;
  }

  /** The layout. */
  public OciLayout layout() {
    return layout;
  }

  /** The entry a reference names. */
  public Optional<Descriptor> find(Reference reference) throws IOException {
    LayoutIndex index = layout.index();
    if (reference.digest().isEmpty()) {
      Optional<Descriptor> entry = index.find(reference.tagged());
      // Other tools name images without a tag too.
      return entry.isEmpty() && reference.isTagImplied() ? index.find(reference.name()) : entry;
    }
    Digest digest = reference.digest().get();
    for (Descriptor entry : index.entries()) {
      String name = LayoutIndex.nameOf(entry).orElse("");
      if (entry.digest().equals(digest) && isOf(reference.name(), name)) {
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  private static boolean isOf(String repository, String name) {
    // What follows a colon may also be the port of a host that is called like the repository.
    return name.startsWith(repository + "@")
        || (name.startsWith(repository + ":") && name.indexOf('/', repository.length()) < 0);
  }

  /**
   * The entry a reference names.
   *
   * @throws FlintException NOT_FOUND if there is none
   */
  public Descriptor require(Reference reference) throws IOException {
    return find(reference)
        .orElseThrow(
            () ->
                new FlintException(
                    ErrorCode.NOT_FOUND,
                    "image " + reference + " is not in the local store",
                    reference.host().isEmpty()
                        ? "flint images lists what is there"
                        : "get it with: flint pull " + reference));
  }

  @Override
  public Optional<Document> resolve(Reference reference) throws IOException {
    Optional<Descriptor> entry = find(reference);
    return entry.isPresent() ? Optional.of(layout.document(entry.get())) : Optional.empty();
  }

  @Override
  public Document manifest(Descriptor descriptor) throws IOException {
    return layout.document(descriptor);
  }

  @Override
  public InputStream blob(Descriptor descriptor) throws IOException {
    return layout.require(descriptor).openVerified();
  }

  @Override
  public boolean has(Descriptor blob) throws IOException {
    return layout.find(blob).isPresent();
  }

  @Override
  public void expect(List<Descriptor> blobs) throws IOException {
    room.require(layout, blobs);
  }

  @Override
  public Optional<InputStream> range(Descriptor blob, long from, long length) throws IOException {
    Objects.checkFromIndexSize(from, length, blob.size());
    return Optional.of(layout.require(blob).range(from, length));
  }

  /**
   * Stores a blob. What comes of a larger one before the link breaks or the process dies is kept,
   * and the next call goes on from there. If another process fetches the same blob, this one waits
   * and finds it present.
   */
  @Override
  public Outcome putBlob(Descriptor blob, BlobSource source, ByteMeter meter) throws IOException {
    if (blob.size() > NOT_KEPT && shortcut.fetch(blob, source, meter)) {
      return Outcome.DONE;
    }
    BlobFetch fetch = new BlobFetch(blob, source, meter, pause);
    Optional<PartialBlob> partial =
        blob.size() > NOT_KEPT ? layout.partial(blob, PartialBlob.Form.PREFIX) : Optional.empty();
    if (partial.isEmpty()) {
      store(() -> layout.ingest(blob), fetch);
      return Outcome.DONE;
    }
    try (PartialBlob own = partial.get()) {
      if (has(blob)) {
        return Outcome.PRESENT;
      }
      store(own::ingest, fetch);
      return Outcome.DONE;
    }
  }

  private interface Start {
    Ingest ingest() throws IOException;
  }

  private static void store(Start start, BlobFetch fetch) throws IOException {
    try (Ingest ingest = start.ingest()) {
      boolean pieces = fetch.into(ingest);
      try {
        ingest.commit();
        return;
      } catch (IntegrityException e) {
        if (!pieces) {
          throw e;
        }
      }
    }
    // Pieces of two different answers, or a file that a power cut spoiled: once more from zero.
    try (Ingest ingest = start.ingest()) {
      fetch.into(ingest);
      ingest.commit();
    }
  }

  @Override
  public void putManifest(Document document) throws IOException {
    layout.put(document);
  }

  @Override
  public void tag(Reference reference, Document document) throws IOException {
    layout.put(document);
    layout.tag(nameOf(reference), document.descriptor());
  }

  /** The name under which the layout's index lists a reference. */
  public static String nameOf(Reference reference) {
    return reference.tag().isEmpty() ? reference.toString() : reference.tagged();
  }
}
