package dev.flint.oci.archive;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.progress.ByteMeter;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.store.LayoutIndex;
import dev.flint.oci.store.LayoutVersion;
import dev.flint.oci.store.VerifyingInputStream;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.oci.transfer.ImageTarget;
import dev.flint.oci.transfer.Pause;
import dev.flint.oci.transfer.ResumingStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Writes an OCI layout as one tar, front to back: blobs as they come, verified as they go, then
 * oci-layout and index.json. Blobs that come at once wait for each other. Thread-safe.
 */
public final class LayoutArchiveWriter implements ImageTarget {
  private final ArchiveOutput output;
  private final TarWriter tar;
  private final Pause pause;
  private final Set<Digest> written = new HashSet<>();
  private LayoutIndex index = LayoutIndex.empty();

  /**
   * Begins an archive.
   *
   * @param output the caller closes it
   * @param pause the time a broken link gets
   */
  public LayoutArchiveWriter(ArchiveOutput output, Pause pause) {
    this.output = output;
    this.tar = new TarWriter(output.stream());
    this.pause = pause;
  }

  @Override
  public synchronized boolean has(Descriptor blob) {
    return written.contains(blob.digest());
  }

  @Override
  public synchronized Outcome putBlob(Descriptor blob, BlobSource source, ByteMeter meter)
      throws IOException {
    if (!written.add(blob.digest())) {
      return Outcome.PRESENT;
    }
    try (InputStream in =
        new VerifyingInputStream(
            new ResumingStream(source, 0, blob.size(), pause),
            blob.digest(),
            blob.size(),
            "blob")) {
      tar.file(LayoutArchive.nameOf(blob.digest()), blob.size(), in, meter);
    }
    return Outcome.DONE;
  }

  @Override
  public synchronized void putManifest(Document document) throws IOException {
    if (written.add(document.digest())) {
      tar.file(LayoutArchive.nameOf(document.digest()), document.bytes());
    }
  }

  @Override
  public void tag(Reference reference, Document document) throws IOException {
    list(document, Optional.of(reference.tagged()));
  }

  /** Stores a document and lists it in the index, under a name or without one. */
  public synchronized void list(Document document, Optional<String> name) throws IOException {
    putManifest(document);
    index =
        name.isPresent()
            ? index.withName(name.get(), document.descriptor())
            : index.withEntry(document.descriptor());
  }

  /** Ends the archive and publishes it. */
  public synchronized void finish() throws IOException {
    tar.file(LayoutArchive.INDEX_FILE, index.bytes());
    tar.file(LayoutVersion.FILE, LayoutVersion.bytes());
    tar.finish();
    output.publish();
  }
}
