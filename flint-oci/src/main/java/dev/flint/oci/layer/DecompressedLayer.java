package dev.flint.oci.layer;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.SingleDoorInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;

/**
 * A layer's blob, decompressed by what its bytes say. Gives up on a blob that goes on without
 * yielding anything: the name in a gzip header has no limit and would be kept in memory. Confined
 * to one thread.
 */
public final class DecompressedLayer extends SingleDoorInputStream {
  private static final int BUFFER = 128 * 1024;

  /** More than four blocks of bzip2, the format that takes most before it gives. */
  private static final int MAX_BARREN = 4 << 20;

  /** More than the largest table takes in a zstd frame to be skipped, which nobody keeps. */
  private static final int MAX_SKIPPED = 64 << 20;

  private final Source source;

  private DecompressedLayer(InputStream in, Source source) {
    super(in);
    this.source = source;
  }

  /**
   * Decompresses a stream that is gzip, zstd or bzip2, and passes any other through.
   *
   * @throws IOException whatever the decompressors say of damaged bytes, here and while reading
   */
  public static DecompressedLayer of(InputStream layer) throws IOException {
    Source source = new Source(layer);
    return new DecompressedLayer(decompress(source), source);
  }

  private static InputStream decompress(Source source) throws IOException {
    InputStream in = new BufferedInputStream(source, BUFFER);
    in.mark(4);
    byte[] magic = in.readNBytes(4);
    in.reset();
    if (startsWith(magic, 0x1f, 0x8b)) {
      // Go on after the first member, which a seekable layer has many of.
      return GzipCompressorInputStream.builder()
          .setInputStream(in)
          .setDecompressConcatenated(true)
          .get();
    }
    if (startsWith(magic, 0x28, 0xb5, 0x2f, 0xfd) || startsWith(magic, 0x50, 0x2a, 0x4d, 0x18)) {
      source.maxBarren = MAX_SKIPPED;
      return new ZstdCompressorInputStream(in);
    }
    if (startsWith(magic, 'B', 'Z', 'h')) {
      return new BZip2CompressorInputStream(in, true);
    }
    return in;
  }

  private static boolean startsWith(byte[] bytes, int... magic) {
    boolean same = bytes.length >= magic.length;
    for (int i = 0; same && i < magic.length; i++) {
      same = (bytes[i] & 0xff) == magic[i];
    }
    return same;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = in.read(buffer, offset, length);
    if (n > 0) {
      source.barren = 0;
    }
    return n;
  }

  /** The compressed bytes; read in blocks only. */
  private static final class Source extends FilterInputStream {
    private long maxBarren = MAX_BARREN;
    private long barren;

    Source(InputStream layer) {
      super(layer);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = in.read(buffer, offset, length);
      barren += Math.max(n, 0);
      if (barren > maxBarren) {
        throw new FlintException(
            ErrorCode.POLICY,
            "the layer has more than " + maxBarren + " bytes that decompress to nothing");
      }
      return n;
    }
  }
}
