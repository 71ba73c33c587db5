package dev.flint.oci.layer;

import dev.flint.oci.Digest;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.function.LongConsumer;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/**
 * Makes the one layer of a disk image: a ustar archive of one regular file, as a gzip stream.
 * Nothing in it depends on when, where or by whom it was made (docs/format.md, "Layer"). One pass
 * over the disk, constant memory. Confined to one thread.
 */
public final class LayerPacker {
  private static final int BUFFER = 128 * 1024;
  private static final int LEVEL = 6;
  private static final int OS_UNKNOWN = 255;
  private static final int TAR_BLOCK = 512;

  private LayerPacker() {}

  /**
   * Packs a disk.
   *
   * @param disk read from its start to its end
   * @param entryName the name of the file in the archive
   * @param out takes the layer; stays open
   * @param meter is told the disk bytes as they are read
   * @throws FlintException LOCAL_IO if the disk changes its length meanwhile
   */
  public static PackedLayer pack(
      FileChannel disk, String entryName, OutputStream out, LongConsumer meter) throws IOException {
    long size = disk.size();
    MessageDigest diskHasher = Digest.sha256Hasher();
    MessageDigest tarHasher = Digest.sha256Hasher();
    GzipCompressorOutputStream gzip = new GzipCompressorOutputStream(out, gzipParameters());
    TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new DigestOutputStream(gzip, tarHasher), TAR_BLOCK, "UTF-8");
    // A size of 8 GiB or more does not fit ustar's octal field; base-256 needs no second header.
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
    tar.putArchiveEntry(entry(entryName, size));
    byte[] buffer = new byte[BUFFER];
    long position = 0;
    while (position < size) {
      int wanted = (int) Math.min(buffer.length, size - position);
      int n = disk.read(ByteBuffer.wrap(buffer, 0, wanted), position);
      if (n <= 0) {
        break;
      }
      diskHasher.update(buffer, 0, n);
      tar.write(buffer, 0, n);
      position += n;
      meter.accept(n);
    }
    if (position != size || disk.size() != size) {
      throw new FlintException(
          ErrorCode.LOCAL_IO,
          "the disk changed while it was read: it had " + size + " bytes",
          "stop the machine that uses it and try again");
    }
    tar.closeArchiveEntry();
    tar.finish();
    gzip.finish();
    return new PackedLayer(
        MediaType.OCI_LAYER_GZIP,
        Digest.of(tarHasher.digest()),
        Digest.of(diskHasher.digest()),
        "zlib; jdk=" + System.getProperty("java.version", "") + "; level=" + LEVEL);
  }

  private static TarArchiveEntry entry(String name, long size) {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(size);
    entry.setModTime(0);
    entry.setMode(0644);
    entry.setIds(0, 0);
    entry.setNames("", "");
    return entry;
  }

  private static GzipParameters gzipParameters() {
    GzipParameters parameters = new GzipParameters();
    parameters.setCompressionLevel(LEVEL);
    parameters.setDeflateStrategy(Deflater.DEFAULT_STRATEGY);
    parameters.setModificationTime(0);
    parameters.setOperatingSystem(OS_UNKNOWN);
    parameters.setBufferSize(BUFFER);
    return parameters;
  }
}
