package dev.flint.oci.image;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.disk.SparseFileWriter;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.layer.LayerUnpacker;
import dev.flint.oci.progress.Meter;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.store.SingleDoorInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.Optional;

/** Gives back the disk of an image, byte for byte and checked at every level. */
public final class ImageUnpacker {
  private final OciLayout layout;
  private final long maxBytes;

  /**
   * Unpacks from a layout.
   *
   * @param maxBytes the most a layer may unpack to
   */
  public ImageUnpacker(OciLayout layout, long maxBytes) {
    this.layout = layout;
    this.maxBytes = maxBytes;
  }

  /**
   * Writes the disk into an empty file, zeros as holes, and probes it. The file is flushed; when
   * this fails its content is worthless.
   *
   * @param target open for reading and writing
   */
  public DiskInfo unpack(DiskImage image, FileChannel target, ProgressListener listener)
      throws IOException {
    Descriptor layer = image.layer();
    try {
      write(image, layer, target, listener);
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
    return probe(image, target);
  }

  private void write(
      DiskImage image, Descriptor layer, FileChannel target, ProgressListener listener)
      throws IOException {
    Digest diffId = image.diffId();
    Optional<Digest> announced = image.diskDigest();
    MessageDigest hasher = announced.isPresent() ? announced.get().hasher() : Digest.sha256Hasher();
    try (Meter meter = Meter.start(listener, layer.digest().toString(), layer.size());
        InputStream blob = metered(layout.require(layer).openVerified(), meter)) {
      SparseFileWriter writer = new SparseFileWriter(target);
      LayerUnpacker.unpack(
          blob,
          diffId,
          maxBytes,
          (buffer, offset, length) -> {
            hasher.update(buffer, offset, length);
            try {
              writer.write(buffer, offset, length);
            } catch (IOException e) {
              throw new FlintException(
                  ErrorCode.LOCAL_IO, "cannot write the disk: " + e.getMessage(), e);
            }
          });
      // The decompressor may stop before the end of the blob; only its end is verified.
      if (blob.read() >= 0) {
        throw new IntegrityException("layer " + layer.digest() + " goes on after its end");
      }
      writer.finish();
      meter.finish(Outcome.DONE);
    }
    if (announced.isPresent()) {
      Digest actual = announced.get().finish(hasher.digest());
      if (!actual.equals(announced.get())) {
        throw new IntegrityException(
            "the disk has the digest " + actual + ", the image announced " + announced.get());
      }
    }
  }

  /** The disk must be safe, and of the format the image announces if it announces one. */
  private static DiskInfo probe(DiskImage image, FileChannel target) throws IOException {
    String name = "the disk of image " + image.manifest().document().digest();
    Optional<String> declared = image.diskFact(FeatherKeys.DISK_FORMAT);
    if (declared.isEmpty()) {
      return DiskProbe.probe(target, name);
    }
    DiskFormat format =
        DiskFormat.byId(declared.get())
            .orElseThrow(
                () ->
                    new FlintException(
                        ErrorCode.UNSUPPORTED,
                        "the image announces a disk of unknown format " + declared.get()));
    return DiskProbe.probe(target, name, format);
  }

  private static InputStream metered(InputStream in, Meter meter) {
    return new SingleDoorInputStream(in) {
      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = in.read(buffer, offset, length);
        if (n > 0) {
          meter.advance(n);
        }
        return n;
      }
    };
  }
}
