package dev.flint.oci.archive;

import dev.flint.oci.Descriptor;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;

/** Images whose blobs are files of an archive, which is closed with this. */
abstract class ArchivedImages implements ImageBundle {
  final ArchiveFile archive;

  ArchivedImages(ArchiveFile archive) {
    this.archive = archive;
  }

  /**
   * Where a blob is.
   *
   * @throws FlintException if there is none of this digest and size
   */
  abstract TarIndex.Place place(Descriptor blob) throws FlintException;

  @Override
  public final String what() {
    return archive.what();
  }

  @Override
  public final InputStream blob(Descriptor blob) throws IOException {
    return archive.read(place(blob));
  }

  @Override
  public final Optional<InputStream> range(Descriptor blob, long from, long length)
      throws IOException {
    Objects.checkFromIndexSize(from, length, blob.size());
    return Optional.of(archive.read(place(blob), from, length));
  }

  @Override
  public final void close() throws IOException {
    archive.close();
  }
}
