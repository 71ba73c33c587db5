package dev.flint.oci.store;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/**
 * Bytes of files, a piece at a time. What a channel takes from an array or puts into one goes
 * through memory outside of the heap, and each thread keeps as much of it as it ever needed at
 * once: the threads of a server would soon have all there is.
 */
public final class Pieces {
  private static final int LENGTH = 128 * 1024;

  private Pieces() {}

  /** Opens a file to read from it, however much at once. */
  public static InputStream open(Path file, OpenOption... options) throws IOException {
    // A channel's own stream would read all that is asked for in one piece.
    return new BufferedInputStream(Channels.newInputStream(FileChannel.open(file, options)));
  }

  /** Writes all of these bytes. */
  static void write(FileChannel channel, byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer piece = ByteBuffer.wrap(bytes, offset, length);
    int end = offset + length;
    while (piece.position() < end) {
      piece.limit(Math.min(end, piece.position() + LENGTH));
      channel.write(piece);
    }
  }
}
