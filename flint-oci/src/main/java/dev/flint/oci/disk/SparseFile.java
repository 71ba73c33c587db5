package dev.flint.oci.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A file that is written in pieces of any order, where whole aligned blocks of 4 KiB that are zero
 * become holes. Pieces that do not overlap may be written by several threads. What is written goes
 * to the device soon, but the channel stays the caller's, and so does the last flush.
 */
public final class SparseFile {
  static final int BLOCK = 4096;

  private final FileChannel channel;
  private final long oldSize;
  private final EarlyFlush flush;

  private SparseFile(FileChannel channel, long oldSize) {
    this.channel = channel;
    this.oldSize = oldSize;
    this.flush = new EarlyFlush(channel);
  }

  /** Empties the file first. */
  public static SparseFile empty(FileChannel channel) throws IOException {
    channel.truncate(0);
    return new SparseFile(channel, 0);
  }

  /** Keeps what the file holds where nothing else is written. */
  public static SparseFile keeping(FileChannel channel) throws IOException {
    return new SparseFile(channel, channel.size());
  }

  /** Puts bytes at a place. */
  public void write(long position, byte[] bytes, int offset, int length) throws IOException {
    int end = offset + length;
    int pending = offset;
    int at = offset;
    int put = 0;
    while (at < end) {
      int toBoundary = BLOCK - (int) ((position + at - offset) % BLOCK);
      int next = Math.min(end, at + toBoundary);
      // A piece of a block may be skipped too: what was never written reads as zero.
      if (position + at - offset >= oldSize && Zeros.are(bytes, at, next - at)) {
        put += put(bytes, pending, at, position + pending - offset);
        pending = next;
      }
      at = next;
    }
    put += put(bytes, pending, end, position + pending - offset);
    // Holes need no flush, and a sparse disk is mostly holes.
    flush.wrote(put);
  }

  /** Gives the file its length, also when it ends in zeros. Call it once, at the end. */
  public void finish(long size) throws IOException {
    flush.finish();
    if (channel.size() > size) {
      channel.truncate(size);
    } else if (channel.size() < size) {
      put(new byte[1], 0, 1, size - 1);
    }
  }

  /** Returns how many bytes that were. */
  private int put(byte[] bytes, int from, int to, long target) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, from, to - from);
    long at = target;
    while (buffer.hasRemaining()) {
      at += channel.write(buffer, at);
    }
    return to - from;
  }
}
