package dev.flint.oci.image;

import dev.flint.oci.Descriptor;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.layer.ParallelUnpacker;
import dev.flint.oci.layer.SeekableLayer;
import dev.flint.oci.progress.Meter;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.Blob;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.util.Optional;

/**
 * Gives back the disk of a stored image, or its other files, byte for byte and checked at every
 * level.
 */
public final class ImageUnpacker {
  private final OciLayout layout;
  private final LayerToDisk writer;

  /**
   * Unpacks from a layout.
   *
   * @param chunks for layers with a table
   * @param maxBytes the most a layer may unpack to
   */
  public ImageUnpacker(OciLayout layout, ParallelUnpacker chunks, long maxBytes) {
    this.layout = layout;
    this.writer = new LayerToDisk(chunks, maxBytes);
  }

  /**
   * Writes the disk into an empty file, zeros as holes, and probes it. The file is flushed; when
   * this fails its content is worthless.
   *
   * @param target open for reading and writing
   */
  public DiskInfo unpack(DiskImage image, FileChannel target, ProgressListener listener)
      throws IOException {
    writeAndFlush(image.file(), target, listener);
    return DiskCheck.probe(image, target);
  }

  /** Writes a file of an image into an empty file, likewise; probes it if it is one for disks. */
  public void unpack(ImageFile file, FileChannel target, ProgressListener listener)
      throws IOException {
    writeAndFlush(file, target, listener);
    DiskCheck.probe(file, target);
  }

  private void writeAndFlush(ImageFile file, FileChannel target, ProgressListener listener)
      throws IOException {
    Descriptor layer = file.layer();
    try (Meter meter = Meter.start(listener, layer.digest().toString(), layer.size())) {
      write(file, target, meter);
      meter.finish(Outcome.DONE);
    } catch (IntegrityException e) {
      // Either the image lies, or our copy of it has suffered; only the latter can be mended.
      if (layout.discardIfDamaged(layer)) {
        throw new IntegrityException(
            "blob " + layer.digest() + " is damaged in the local store and was removed from it",
            "pull or import the image again");
      }
      throw e;
    }
    target.force(true);
  }

  private void write(ImageFile file, FileChannel target, Meter meter) throws IOException {
    Descriptor layer = file.layer();
    Blob stored = layout.require(layer);
    Optional<SeekableLayer> seekable =
        SeekableLayer.find(layer, (from, length) -> Optional.of(stored.range(from, length)));
    try (InputStream blob = new MeteredStream(stored.openVerified(), meter)) {
      writer.write(file, seekable, blob, target);
    }
  }
}
