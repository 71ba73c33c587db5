package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.store.Ingest;
import dev.flint.oci.store.LayoutIndex;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * The images of a layout whose names are whole references, {@code HOST/REPOSITORY:TAG}: Flint's
 * local store. An image known by digest alone is named {@code HOST/REPOSITORY@DIGEST}.
 */
public final class LayoutImages implements ImageSource, ImageTarget {
  private static final int BUFFER = 128 * 1024;

  private final OciLayout layout;

  /** Views a layout. */
  public LayoutImages(OciLayout layout) {
    this.layout = layout;
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
  public Outcome putBlob(Descriptor blob, BlobSource source, LongConsumer meter)
      throws IOException {
    try (InputStream in = source.open();
        Ingest ingest = layout.ingest(blob)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        ingest.write(buffer, 0, n);
        meter.accept(n);
      }
      ingest.commit();
      return Outcome.DONE;
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
