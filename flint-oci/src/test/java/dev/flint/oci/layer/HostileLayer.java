package dev.flint.oci.layer;

import dev.flint.oci.Digest;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.TarBytes;
import dev.flint.testing.TestImages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;

/** Unpacks a layer that would like to fill the memory, and prints how that failed. */
final class HostileLayer {
  private static final long GIB = 1L << 30;
  private static final String[] SPARSE_1_0 = {
    "GNU.sparse.major", "1", "GNU.sparse.minor", "0",
    "GNU.sparse.name", "d.qemu", "GNU.sparse.realsize", "1000"
  };

  private HostileLayer() {}

  public static void main(String[] args) throws IOException {
    try (InputStream layer = layer(args[0])) {
      LayerUnpacker.unpack(
          layer, Digest.sha256(new byte[0]), 64 * GIB, (buffer, offset, length) -> {});
      System.out.print("nothing");
    } catch (FlintException e) {
      System.out.print(e.code());
    }
  }

  private static InputStream layer(String kind) {
    return switch (kind) {
      case "gnu-long-name" -> after(TarBytes.header('L', "././@LongLink", "", 2 * GIB), 'a');
      case "gnu-long-link" -> after(TarBytes.header('K', "././@LongLink", "", 2 * GIB), 'a');
      case "pax-record" ->
          after(join(TarBytes.header('x', "p", "", 2 * GIB), "2000000000 a="), 'a');
      case "pax-length" -> after(TarBytes.header('x', "p", "", 2 * GIB), '1');
      case "global-pax" ->
          after(join(TarBytes.header('g', "p", "", 2 * GIB), "2000000000 a="), 'a');
      case "pax-sparse-map" ->
          after(
              new TarBytes()
                  .pax('x', SPARSE_1_0)
                  .bytes(TarBytes.header('0', "d.qemu", "", 2 * GIB))
                  .bytes("999999999\n".getBytes(StandardCharsets.US_ASCII))
                  .unended(),
              '1');
      case "headers-without-end" -> endless(new TarBytes().pax('x', "a", "b").unended());
      case "gzip-name" -> after(new byte[] {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 0}, 'a');
      case "empty-gzip-members" -> endless(TestImages.gzip(new byte[0]));
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static byte[] join(byte[] header, String text) {
    return new TarBytes().bytes(header).bytes(text.getBytes(StandardCharsets.US_ASCII)).unended();
  }

  /** These bytes, and then this one 4 GiB long. */
  private static InputStream after(byte[] start, char rest) {
    return new SequenceInputStream(
        new ByteArrayInputStream(start), repeated(new byte[] {(byte) rest}, 4 * GIB));
  }

  private static InputStream endless(byte[] block) {
    return repeated(block, 4 * GIB);
  }

  private static InputStream repeated(byte[] block, long length) {
    return new InputStream() {
      private long left = length;
      private int at;

      @Override
      public int read() {
        if (left <= 0) {
          return -1;
        }
        left--;
        byte b = block[at];
        at = (at + 1) % block.length;
        return b & 0xff;
      }

      @Override
      public int read(byte[] buffer, int offset, int count) {
        int n = 0;
        for (int b = n < count ? read() : -1; b >= 0; b = n < count ? read() : -1) {
          buffer[offset + n++] = (byte) b;
        }
        return n == 0 && count > 0 ? -1 : n;
      }
    };
  }
}
