package dev.flint.osv;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** Little-endian numbers and bytes to a channel, one after the other. */
final class RofsSink {
  private static final int BUFFER = 1 << 16;
  private static final int PIECE = 1 << 13;

  private final WritableByteChannel target;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
  private long written;

  RofsSink(WritableByteChannel target) {
    this.target = target;
  }

  void putLong(long value) throws IOException {
    require(Long.BYTES);
    buffer.putLong(value);
    written += Long.BYTES;
  }

  void putShort(int value) throws IOException {
    require(Short.BYTES);
    buffer.putShort((short) value);
    written += Short.BYTES;
  }

  void put(byte[] bytes) throws IOException {
    put(bytes, bytes.length);
  }

  private void put(byte[] bytes, int length) throws IOException {
    for (int at = 0; at < length; ) {
      require(1);
      int count = Math.min(length - at, buffer.remaining());
      buffer.put(bytes, at, count);
      at += count;
    }
    written += length;
  }

  /**
   * Copies bytes from where a channel stands.
   *
   * @return whether there were as many
   */
  boolean copy(ReadableByteChannel in, long length) throws IOException {
    long rest = length;
    while (rest > 0) {
      require(1);
      int free = buffer.remaining();
      buffer.limit(buffer.position() + (int) Math.min(rest, free));
      int count = in.read(buffer);
      buffer.limit(BUFFER);
      if (count < 0) {
        return false;
      }
      rest -= count;
      written += count;
    }
    return true;
  }

  /** Copies bytes of a stream, which has to have as many. */
  void copy(InputStream in, long length) throws IOException {
    byte[] piece = new byte[(int) Math.min(PIECE, length)];
    for (long rest = length; rest > 0; ) {
      int count = in.read(piece, 0, (int) Math.min(piece.length, rest));
      if (count < 0) {
        throw new EOFException("the content of a file ends too early");
      }
      put(piece, count);
      rest -= count;
    }
  }

  /** Fills the last block with zeros. */
  void pad() throws IOException {
    put(new byte[(int) (-written & (Rofs.BLOCK - 1))]);
  }

  void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      target.write(buffer);
    }
    buffer.clear();
  }

  private void require(int length) throws IOException {
    if (buffer.remaining() < length) {
      flush();
    }
  }
}
