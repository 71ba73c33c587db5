package dev.flint.cli.command;

import dev.flint.cli.console.Times;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.foreignimage.ForeignProbe;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.util.Optional;

/**
 * What a list of images says of one beside its name: it follows from bytes that never change.
 *
 * @param backend where the image names none, what foreign packaging it is, or {@code containerd}
 * @param platform or several, with commas
 * @param created or empty
 * @param diskFormat or {@code -}
 * @param sizeBytes of the blobs, as stored
 */
record ImageFacts(
    String backend, String platform, String created, String diskFormat, long sizeBytes) {

  /** Reads and verifies manifest and config. */
  static ImageFacts read(OciLayout store, Descriptor entry) throws IOException {
    Document document = store.document(entry);
    if (document.isIndex()) {
      return ofIndex(document);
    }
    DiskImage image = DiskImage.of(store, document);
    long size = entry.size() + image.manifest().config().size();
    for (Descriptor layer : image.manifest().layers()) {
      size += layer.size();
    }
    return new ImageFacts(
        backend(image),
        image.config().platform().toString(),
        Times.iso(image.config().created().orElse("")),
        image.diskFact(FeatherKeys.DISK_FORMAT).orElse("-"),
        size);
  }

  /** By manifest and config alone: a list of images reads no layers. */
  private static String backend(DiskImage image) throws FlintException {
    Optional<String> own = image.config().backend();
    return own.isPresent()
        ? own.get()
        : ForeignProbe.byDocuments(image).map(found -> found.kind().id()).orElse("containerd");
  }

  private static ImageFacts ofIndex(Document document) throws FlintException {
    StringBuilder platforms = new StringBuilder();
    for (Descriptor child : ImageIndex.of(document).manifests()) {
      child
          .platform()
          .ifPresent(p -> platforms.append(platforms.length() == 0 ? "" : ",").append(p));
    }
    return new ImageFacts("-", platforms.toString(), "", "-", document.bytes().length);
  }
}
