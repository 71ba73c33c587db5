package dev.flint.agent.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * Writes the log of one run as kubelet's container runtimes do (CRI, kuberuntime log format):
 * {@code TIME STREAM TAG TEXT}, where the tag is F for a full line and P for a part of one. Not
 * thread-safe.
 */
final class CriLog implements Closeable {
  /** A file is not made longer than this, in bytes. */
  static final long FILE_LIMIT = 10L << 20;

  private final LogFiles files;
  private final int run;
  private FileChannel file;

  /** Goes on with the log of a run, or begins it. */
  CriLog(LogFiles files, int run) throws IOException {
    this.files = files;
    this.run = run;
    this.file = open();
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(
        files.current(run), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Appends a line, or a part of one. */
  void write(Instant time, String stream, boolean full, ByteBuffer text) throws IOException {
    byte[] head =
        (time + " " + stream + (full ? " F " : " P ")).getBytes(StandardCharsets.US_ASCII);
    ByteBuffer line = ByteBuffer.allocate(head.length + text.remaining() + 1);
    line.put(head).put(text).put((byte) '\n').flip();
    if (file.size() + line.remaining() > FILE_LIMIT) {
      // Until the next one is open, what is written goes on in the renamed file.
      files.rotate(run);
      FileChannel next = open();
      file.close();
      file = next;
    }
    while (line.hasRemaining()) {
      file.write(line);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
