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

  /** More than the longest time, stream and tag take. */
  private static final int MAX_HEAD = 64;

  private static final byte[] END_OF_LINE = {'\n'};

  private final LogFiles files;
  private final int run;

  /** Lines that are not written yet; also the longest is written as a whole. */
  private final ByteBuffer lines = ByteBuffer.allocate(MAX_HEAD + RawTail.MAX_LINE);

  private FileChannel file;
  private long size;

  /** Whether the file ends in the middle of a line. */
  private boolean torn;

  private Instant headTime = Instant.MIN;
  private String headStream = "";
  private boolean headFull;
  private byte[] head = new byte[0];

  /** Goes on with the log of a run, or begins it. */
  CriLog(LogFiles files, int run) throws IOException {
    this.files = files;
    this.run = run;
    this.file = open();
    this.size = file.size();
    this.torn = size > 0 && !endsWithALine();
  }

  private boolean endsWithALine() throws IOException {
    try (FileChannel written = FileChannel.open(files.current(run))) {
      ByteBuffer end = ByteBuffer.allocate(1);
      written.read(end, size - 1);
      return end.get(0) == '\n';
    }
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(
        files.current(run), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /**
   * Appends a line, or a part of one, once {@link #flush} is called.
   *
   * @param text at most {@link RawTail#MAX_LINE} bytes
   */
  void write(Instant time, String stream, boolean full, ByteBuffer text) throws IOException {
    byte[] start = head(time, stream, full);
    if (lines.remaining() < start.length + text.remaining() + 1) {
      flush();
    }
    lines.put(start).put(text).put((byte) '\n');
  }

  /** What is read at once has the same time, and to write that takes longer than all else. */
  private byte[] head(Instant time, String stream, boolean full) {
    if (full != headFull || !time.equals(headTime) || !stream.equals(headStream)) {
      headTime = time;
      headStream = stream;
      headFull = full;
      head = (time + " " + stream + (full ? " F " : " P ")).getBytes(StandardCharsets.US_ASCII);
    }
    return head;
  }

  /** Forgets what was appended and not written. */
  void forget() {
    lines.clear();
  }

  /**
   * Writes what was appended.
   *
   * @throws IOException if it cannot be; it is to be appended again
   */
  void flush() throws IOException {
    try {
      lines.flip();
      if (!files.current(run).toFile().exists()) {
        // Somebody took it away, and nobody would see what is written there.
        files.make();
        beginFile();
      } else if (size + lines.remaining() > FILE_LIMIT) {
        // Until the next one is open, what is written goes on in the renamed file.
        files.rotate(run);
        beginFile();
      }
      if (torn) {
        size += file.write(ByteBuffer.wrap(END_OF_LINE));
      }
      torn = lines.hasRemaining();
      while (lines.hasRemaining()) {
        size += file.write(lines);
      }
      torn = false;
    } finally {
      lines.clear();
    }
  }

  private void beginFile() throws IOException {
    FileChannel next = open();
    file.close();
    file = next;
    size = 0;
    torn = false;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
