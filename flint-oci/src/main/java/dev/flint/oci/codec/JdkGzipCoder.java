package dev.flint.oci.codec;

import dev.flint.oci.error.IntegrityException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Gzip members by {@link Deflater} and {@link Inflater}. */
final class JdkGzipCoder implements ChunkCoder {
  /** The garbage collector waits while zlib has an array, so it never has one for long. */
  private static final int PIECE = 64 * 1024;

  private final Deflater deflater;

  /** For zeros, of which fast levels of zlib make four times as many bytes, and gain no time. */
  private final Deflater zerosDeflater = new Deflater(Deflater.BEST_COMPRESSION, true);

  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] beyond = new byte[1];

  JdkGzipCoder(int level) {
    deflater = new Deflater(level, true);
  }

  @Override
  public int bound(int length) {
    // zlib needs far less; forks may write nine bits for each byte.
    return Math.addExact(length, length / 8 + 64 + GzipHeader.LENGTH + GzipHeader.TRAILER);
  }

  @Override
  public int encode(byte[] in, int offset, int length, byte[] out) {
    Objects.checkFromIndexSize(offset, length, in.length);
    return encode(isZeros(in, offset, length) ? zerosDeflater : deflater, in, offset, length, out);
  }

  private static boolean isZeros(byte[] in, int offset, int length) {
    int at = offset;
    while (at < offset + length && in[at] == 0) {
      at++;
    }
    return at == offset + length;
  }

  private int encode(Deflater with, byte[] in, int offset, int length, byte[] out) {
    GzipHeader.write(out);
    int at = GzipHeader.LENGTH;
    int end = out.length - GzipHeader.TRAILER;
    try {
      for (int done = 0; !with.finished(); ) {
        if (with.needsInput()) {
          int piece = Math.min(PIECE, length - done);
          with.setInput(in, offset + done, piece);
          done += piece;
          if (done == length) {
            with.finish();
          }
        }
        int count = with.deflate(out, at, end - at);
        if (count == 0 && at == end) {
          throw new IllegalStateException("deflate made more than its bound");
        }
        at += count;
      }
    } finally {
      with.reset();
    }
    trailer(out, at).putInt(crc(in, offset, length)).putInt(length);
    return at + GzipHeader.TRAILER;
  }

  @Override
  public int decode(byte[] in, int offset, int length, byte[] out, int expected)
      throws IntegrityException {
    Objects.checkFromIndexSize(offset, length, in.length);
    Objects.checkFromIndexSize(0, expected, out.length);
    int header = GzipHeader.length(in, offset, length);
    int deflated =
        inflate(in, offset + header, length - header - GzipHeader.TRAILER, out, expected);
    ByteBuffer trailer = trailer(in, offset + header + deflated);
    if (trailer.getInt() != crc(out, 0, expected) || trailer.getInt() != expected) {
      throw new IntegrityException("damaged gzip member: its checksum or length is wrong");
    }
    return header + deflated + GzipHeader.TRAILER;
  }

  /** Returns the length of the deflate stream. */
  private int inflate(byte[] in, int offset, int length, byte[] out, int expected)
      throws IntegrityException {
    try {
      inflater.setInput(in, offset, length);
      int done = 0;
      while (!inflater.finished()) {
        // With all of it there, the stream's end may still be unread: room for a byte too many.
        boolean full = done == expected;
        int count =
            full
                ? inflater.inflate(beyond, 0, 1)
                : inflater.inflate(out, done, Math.min(PIECE, expected - done));
        if (full && count > 0) {
          throw wrongLength("more", expected);
        }
        if (count == 0 && !inflater.finished()) {
          throw new IntegrityException("damaged gzip member: it is cut short");
        }
        done += count;
      }
      if (done < expected) {
        throw wrongLength("fewer", expected);
      }
      return (int) inflater.getBytesRead();
    } catch (DataFormatException e) {
      throw new IntegrityException("damaged gzip member: " + e.getMessage());
    } finally {
      inflater.reset();
    }
  }

  private static IntegrityException wrongLength(String moreOrFewer, int expected) {
    return new IntegrityException(
        "damaged gzip member: it has %s than %d bytes".formatted(moreOrFewer, expected));
  }

  private static ByteBuffer trailer(byte[] bytes, int offset) {
    return ByteBuffer.wrap(bytes, offset, GzipHeader.TRAILER).order(ByteOrder.LITTLE_ENDIAN);
  }

  private int crc(byte[] bytes, int offset, int length) {
    crc.reset();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  @Override
  public void close() {
    deflater.end();
    zerosDeflater.end();
    inflater.end();
  }
}
