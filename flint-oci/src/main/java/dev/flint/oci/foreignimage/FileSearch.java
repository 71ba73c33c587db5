package dev.flint.oci.foreignimage;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.layer.LayerScan;
import dev.flint.oci.layer.LayerUnpacker.Sink;
import dev.flint.oci.store.VerifyingInputStream;
import dev.flint.oci.transfer.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Finds one file in the root file system that the layers of an image make together, from the top
 * layer down: what a layer has or removes hides what those below have. Each layer that is read is
 * verified to its end. Confined to one thread.
 */
final class FileSearch {
  private final ImageSource source;
  private final DiskImage image;
  private final long maxBytes;

  /**
   * Searches an image.
   *
   * @param maxBytes the most a layer may unpack to
   */
  FileSearch(ImageSource source, DiskImage image, long maxBytes) {
    this.source = source;
    this.image = image;
    this.maxBytes = maxBytes;
  }

  /** Hands on the file at a path. */
  void copy(ForeignFile.AtPath file, Sink sink) throws IOException {
    run(new WantedFile(file.path(), false), sink, "no " + file.place());
  }

  /** Hands on the only file of a folder. */
  void copy(ForeignFile.AloneIn file, Sink sink) throws IOException {
    run(new WantedFile(file.folder(), true), sink, "no file in /" + file.folder());
  }

  private void run(WantedFile wanted, Sink sink, String missing) throws IOException {
    List<Descriptor> layers = image.manifest().layers();
    List<Digest> diffIds = image.config().diffIds();
    if (diffIds.size() != layers.size()) {
      throw new IntegrityException(
          "the image has %d layers, its config names %d".formatted(layers.size(), diffIds.size()));
    }
    for (int i = layers.size() - 1; i >= 0 && !wanted.isSettled(); i--) {
      Descriptor layer = layers.get(i);
      try (InputStream blob =
          new VerifyingInputStream(source.blob(layer), layer.digest(), layer.size(), "blob")) {
        LayerScan.scan(
            blob, diffIds.get(i), maxBytes, (entry, in) -> wanted.visit(entry, in, sink));
      }
      wanted.nextLayer();
    }
    if (!wanted.isFound()) {
      throw new FlintException(ErrorCode.NOT_FOUND, "the image has " + missing);
    }
  }
}
