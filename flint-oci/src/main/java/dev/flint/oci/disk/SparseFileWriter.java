package dev.flint.oci.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * Writes a file from its start to its end and leaves holes where whole aligned blocks of 4 KiB are
 * zero. The channel stays the caller's, and so does forcing what was written to the device.
 */
public final class SparseFileWriter {
  private static final int BLOCK = 4096;
  private static final byte[] ZEROS = new byte[BLOCK];

  private final FileChannel channel;
  private long position;

  /** Writes to an open channel, and empties its file first. */
  public SparseFileWriter(FileChannel channel) throws IOException {
    this.channel = channel;
    channel.truncate(0);
  }

  /** The number of bytes written so far, holes included. */
  public long position() {
    return position;
  }

  /** Appends bytes. */
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int end = offset + length;
    int pending = offset;
    int at = offset;
    while (at < end) {
      int toBoundary = BLOCK - (int) ((position + at - offset) % BLOCK);
      int next = Math.min(end, at + toBoundary);
      // A piece of a block may be skipped too: what is not written reads as zero.
      if (Arrays.equals(bytes, at, next, ZEROS, 0, next - at)) {
        put(bytes, pending, at, position + pending - offset);
        pending = next;
      }
      at = next;
    }
    put(bytes, pending, end, position + pending - offset);
    position += length;
  }

  /** Gives the file its length, also when it ends in zeros. Call it once, after the last byte. */
  public void finish() throws IOException {
    if (channel.size() < position) {
      put(ZEROS, 0, 1, position - 1);
    }
  }

  private void put(byte[] bytes, int from, int to, long target) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, from, to - from);
    long at = target;
    while (buffer.hasRemaining()) {
      at += channel.write(buffer, at);
    }
  }
}
