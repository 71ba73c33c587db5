package dev.flint.oci.disk;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/** How a block of a disk image is compressed. */
enum BlockCodec {
  /** Deflate without a header (RFC 1951): qcow2's compression type 0. */
  DEFLATE,
  /** Deflate with zlib's header (RFC 1950): VMDK's grains. */
  ZLIB,
  /** Zstandard (RFC 8878): qcow2's compression type 1. */
  ZSTD;

  /** 8 MiB, four times the largest cluster: what a hostile frame may make the decoder reserve. */
  private static final int ZSTD_WINDOW_LOG = 23;

  /**
   * Decompresses until {@code into} is full or the data ends; padding after it is not looked at.
   *
   * @return the number of bytes produced
   * @throws IOException if the data is not of this kind
   */
  int decode(byte[] packed, int length, byte[] into) throws IOException {
    return this == ZSTD ? unzstd(packed, length, into) : inflate(packed, length, into);
  }

  private int inflate(byte[] packed, int length, byte[] into) throws IOException {
    Inflater inflater = new Inflater(this == DEFLATE);
    try {
      inflater.setInput(packed, 0, length);
      int done = 0;
      while (done < into.length) {
        int count = inflater.inflate(into, done, into.length - done);
        if (count == 0) {
          break;
        }
        done += count;
      }
      return done;
    } catch (DataFormatException e) {
      throw new ZipException(e.getMessage());
    } finally {
      inflater.end();
    }
  }

  private static int unzstd(byte[] packed, int length, byte[] into) throws IOException {
    try (ZstdInputStreamNoFinalizer in =
        new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(packed, 0, length))) {
      in.setLongMax(ZSTD_WINDOW_LOG);
      return in.readNBytes(into, 0, into.length);
    }
  }
}
