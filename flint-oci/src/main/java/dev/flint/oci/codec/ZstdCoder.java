package dev.flint.oci.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.flint.oci.error.IntegrityException;
import java.util.Arrays;
import java.util.Objects;

/** Zstd frames by zstd-jni. */
final class ZstdCoder implements ChunkCoder {
  private static final byte[] MAGIC = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

  private final ZstdCompressCtx compressor;
  private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();

  ZstdCoder(int level) {
    compressor = new ZstdCompressCtx().setLevel(level).setContentSize(true).setChecksum(true);
  }

  @Override
  public int bound(int length) {
    return Math.toIntExact(Zstd.compressBound(length));
  }

  @Override
  public int encode(byte[] in, int offset, int length, byte[] out) {
    return compressor.compressByteArray(out, 0, out.length, in, offset, length);
  }

  @Override
  public int decode(byte[] in, int offset, int length, byte[] out, int expected)
      throws IntegrityException {
    Objects.checkFromIndexSize(offset, length, in.length);
    requireMagic(in, offset, length);
    try {
      int frame = (int) Zstd.findFrameCompressedSize(in, offset, length);
      int produced = decompressor.decompressByteArray(out, 0, expected, in, offset, frame);
      if (produced != expected) {
        throw new IntegrityException(
            "damaged zstd frame: it has %d bytes, not %d".formatted(produced, expected));
      }
      return frame;
    } catch (ZstdException e) {
      throw new IntegrityException("damaged zstd frame: " + e.getMessage());
    }
  }

  /** Frames to be skipped have another; they are no content. */
  private static void requireMagic(byte[] in, int offset, int length) throws IntegrityException {
    if (length < MAGIC.length
        || !Arrays.equals(in, offset, offset + MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new IntegrityException("damaged zstd frame: it does not start as one");
    }
  }

  @Override
  public void close() {
    compressor.close();
    decompressor.close();
  }
}
