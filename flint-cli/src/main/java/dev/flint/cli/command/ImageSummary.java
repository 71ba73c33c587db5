package dev.flint.cli.command;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.foreignimage.ForeignProbe;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.util.Optional;

/**
 * One row of a list of images.
 *
 * @param backend where the image names none, what foreign packaging it is, or {@code containerd}
 * @param diskFormat or {@code -}
 * @param sizeBytes of the blobs, as stored
 */
record ImageSummary(
    String name,
    Digest digest,
    String backend,
    String platform,
    String diskFormat,
    long sizeBytes) {
  /** In place of a name. */
  static final String UNNAMED = "<none>";

  static ImageSummary read(OciLayout store, String name, Descriptor entry) throws IOException {
    Document document = store.document(entry);
    if (document.isIndex()) {
      return ofIndex(name, document);
    }
    DiskImage image = DiskImage.of(store, document);
    long size = entry.size() + image.manifest().config().size();
    for (Descriptor layer : image.manifest().layers()) {
      size += layer.size();
    }
    return new ImageSummary(
        name,
        entry.digest(),
        backend(image),
        image.config().platform().toString(),
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

  private static ImageSummary ofIndex(String name, Document document) throws FlintException {
    StringBuilder platforms = new StringBuilder();
    for (Descriptor child : ImageIndex.of(document).manifests()) {
      child
          .platform()
          .ifPresent(p -> platforms.append(platforms.length() == 0 ? "" : ",").append(p));
    }
    return new ImageSummary(
        name, document.digest(), "-", platforms.toString(), "-", document.bytes().length);
  }

  /** What other commands find it by. */
  String identifier() {
    return name.equals(UNNAMED) ? digest.toString() : name;
  }

  JsonObject toJson() {
    return JsonObject.empty()
        .with("reference", name)
        .with("digest", digest.toString())
        .with("backend", backend)
        .with("platform", platform)
        .with("diskFormat", diskFormat)
        .with("size", sizeBytes);
  }
}
