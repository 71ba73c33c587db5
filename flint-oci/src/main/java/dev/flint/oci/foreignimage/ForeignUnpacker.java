package dev.flint.oci.foreignimage;

import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.disk.FileRole;
import dev.flint.oci.disk.SparseFileWriter;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.layer.DecompressedLayer;
import dev.flint.oci.store.VerifyingInputStream;
import dev.flint.oci.transfer.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/** Gets the files out of foreign images, verified and bounded as those of Flint's own. */
public final class ForeignUnpacker {
  private static final int BUFFER = 128 * 1024;
  private static final byte[] XZ = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};

  private final ImageSource source;
  private final long maxBytes;

  /**
   * Unpacks what a source has.
   *
   * @param maxBytes the most a layer or a file may unpack to
   */
  public ForeignUnpacker(ImageSource source, long maxBytes) {
    this.source = source;
    this.maxBytes = maxBytes;
  }

  /**
   * Writes a file into an empty one, zeros as holes. When this fails its content is worthless.
   *
   * @throws FlintException NOT_FOUND if the image has no such file, UNSUPPORTED if it is a link or
   *     not the only one, INTEGRITY if anything is not as announced, POLICY if it is over the limit
   *     or a root file system that is not raw
   */
  public void unpack(DiskImage image, ForeignFile file, FileChannel target) throws IOException {
    SparseFileWriter writer = new SparseFileWriter(target);
    FileSearch search = new FileSearch(source, image, maxBytes);
    if (file instanceof ForeignFile.AtPath place) {
      search.copy(place, (buffer, offset, n) -> write(writer, file, buffer, offset, n));
    } else if (file instanceof ForeignFile.AloneIn place) {
      search.copy(place, (buffer, offset, n) -> write(writer, file, buffer, offset, n));
    } else if (file instanceof ForeignFile.WholeBlob place) {
      copy(place, writer);
    }
    writer.finish();
    target.force(true);
    if (file.role() == FileRole.ROOTFS) {
      DiskProbe.probe(target, file.place() + " of the image", DiskFormat.RAW);
    }
  }

  private void copy(ForeignFile.WholeBlob place, SparseFileWriter writer) throws IOException {
    try (InputStream blob =
        new VerifyingInputStream(
            source.blob(place.blob()), place.blob().digest(), place.blob().size(), "blob")) {
      InputStream content = place.packed() ? DecompressedLayer.of(blob) : blob;
      byte[] buffer = new byte[BUFFER];
      for (int n = read(content, buffer); n >= 0; n = read(content, buffer)) {
        if (writer.position() == 0 && place.packed()) {
          refuseXz(buffer, n);
        }
        write(writer, place, buffer, 0, n);
      }
      if (blob.read() >= 0) {
        throw new IntegrityException("the blob goes on after its end");
      }
    }
  }

  private static int read(InputStream content, byte[] buffer) throws IOException {
    try {
      return content.read(buffer);
    } catch (FlintException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw IntegrityException.damaged("the compressed file", e);
    }
  }

  private static void refuseXz(byte[] buffer, int length) throws FlintException {
    if (length >= XZ.length && Arrays.equals(buffer, 0, XZ.length, XZ, 0, XZ.length)) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "the disk is compressed by xz, which Flint does not read",
          "get the blob with flint blob get and unpack it with xz");
    }
  }

  private void write(
      SparseFileWriter writer, ForeignFile file, byte[] buffer, int offset, int length)
      throws FlintException {
    long limit = Math.min(maxBytes, file.role().maxBytes());
    if (writer.position() + length > limit) {
      throw new FlintException(
          ErrorCode.POLICY,
          "the %s is larger than the limit of %d bytes".formatted(file.role().id(), limit),
          "if you trust the image, raise the limit with --max-size");
    }
    try {
      writer.write(buffer, offset, length);
    } catch (FlintException e) {
      throw e;
    } catch (IOException e) {
      throw new FlintException(ErrorCode.LOCAL_IO, "cannot write the file: " + e.getMessage(), e);
    }
  }
}
