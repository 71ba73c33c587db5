package dev.flint.oci.archive;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.store.LayoutIndex;
import dev.flint.oci.store.LayoutVersion;
import dev.flint.oci.store.VerifyingInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * A tar of an OCI image layout (image-layout.md). Files that belong to no layout are passed over.
 */
final class LayoutArchive extends ArchivedImages {
  static final String INDEX_FILE = "index.json";

  private final List<NamedImage> images;

  private LayoutArchive(ArchiveFile archive, List<NamedImage> images) {
    super(archive);
    this.images = images;
  }

  /**
   * Views an archive, which is closed with this.
   *
   * @throws FlintException PROTOCOL if it is no layout of version 1.0.0, POLICY if a file of it is
   *     over a limit
   */
  static LayoutArchive of(ArchiveFile archive) throws IOException {
    LayoutVersion.check(readSmall(archive, LayoutVersion.FILE), LayoutVersion.FILE + in(archive));
    byte[] index = readSmall(archive, INDEX_FILE);
    return new LayoutArchive(
        archive, ListedImages.of(LayoutIndex.parse(index, INDEX_FILE + in(archive))));
  }

  private static String in(ArchiveFile archive) {
    return " of " + archive.what();
  }

  private static byte[] readSmall(ArchiveFile archive, String name) throws IOException {
    Optional<TarIndex.Place> place = archive.find(name);
    if (place.isEmpty()) {
      throw new FlintException(
          ErrorCode.PROTOCOL,
          archive.what() + " is not an image layout: it has no " + name,
          "what docker save wrote is docker-archive:FILE");
    }
    return archive.readSmall(place.get(), name);
  }

  /** The name of a blob within a layout. */
  static String nameOf(Digest digest) {
    return "blobs/" + digest.algorithm() + "/" + digest.encoded();
  }

  @Override
  public List<NamedImage> images() {
    return images;
  }

  @Override
  public Document manifest(Descriptor descriptor) throws IOException {
    byte[] bytes = archive.readSmall(place(descriptor), "manifest " + descriptor.digest());
    try (InputStream in =
        new VerifyingInputStream(
            new ByteArrayInputStream(bytes), descriptor.digest(), descriptor.size(), "manifest")) {
      return Document.received(
          in.readAllBytes(), descriptor.digest(), Optional.of(descriptor.mediaType()));
    }
  }

  @Override
  TarIndex.Place place(Descriptor descriptor) throws FlintException {
    TarIndex.Place place = archive.require(nameOf(descriptor.digest()));
    if (place.size() != descriptor.size()) {
      throw new IntegrityException(
          "blob %s of %s is %d bytes long, announced were %d"
              .formatted(descriptor.digest(), what(), place.size(), descriptor.size()));
    }
    return place;
  }
}
