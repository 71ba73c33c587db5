package dev.flint.osv;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;

/** Little-endian numbers and bytes to a channel, one after the other, up to a limit. */
final class RofsSink {
  private static final int BUFFER = 1 << 16;

  private final SeekableByteChannel target;
  private final long limit;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
  private long written;

  RofsSink(SeekableByteChannel target, long limit) {
    this.target = target;
    this.limit = limit;
  }

  /** Full blocks so far. */
  long blocks() {
    return written / Rofs.BLOCK;
  }

  void putLong(long value) throws IOException {
    take(Long.BYTES);
    buffer.putLong(value);
  }

  void putShort(int value) throws IOException {
    take(Short.BYTES);
    buffer.putShort((short) value);
  }

  /**
   * Puts bytes.
   *
   * @param length at most 64 KiB
   */
  void put(byte[] bytes, int length) throws IOException {
    take(length);
    buffer.put(bytes, 0, length);
  }

  /** Fills the last block with zeros. */
  void pad() throws IOException {
    int rest = (int) (-written & (Rofs.BLOCK - 1));
    put(new byte[rest], rest);
  }

  void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      target.write(buffer);
    }
    buffer.clear();
  }

  /** Makes room in the buffer. */
  private void take(int length) throws IOException {
    written += length;
    if (written > limit) {
      throw new FlintException(
          ErrorCode.POLICY,
          "refused to write a file system of more than " + limit + " bytes",
          "give the guest fewer or smaller files");
    }
    if (buffer.remaining() < length) {
      flush();
    }
  }
}
