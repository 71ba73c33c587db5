package dev.flint.agent.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file that another process appends to, and gives what was read back to the file system.
 * Not thread-safe.
 */
final class RawTail implements Closeable {
  /** The longest line, in bytes; longer ones come in parts, as containerd's do. */
  static final int MAX_LINE = 16 * 1024;

  /** What is left of the read part, for who looks for an instance's last words. */
  private static final long LEFT = 256 * 1024;

  private static final long WORTH_IT = 1 << 20;

  private final Path raw;
  private final String stream;
  private final byte[] telling;
  private final ByteBuffer buffer = ByteBuffer.allocate(MAX_LINE);
  private @Nullable FileChannel file;
  private long position;
  private long givenBack;

  /**
   * Goes on where another has stopped.
   *
   * @param stream the name in the log
   * @param telling how lines begin whose values are left out; empty for none
   * @param position of the first byte that is not in the log
   */
  RawTail(Path raw, String stream, String telling, long position) {
    this.raw = raw;
    this.stream = stream;
    this.telling = telling.getBytes(StandardCharsets.US_ASCII);
    this.position = position;
  }

  /** The first byte that is not in the log. */
  long position() {
    return position;
  }

  /**
   * Copies what has come since.
   *
   * @param last whether no more will come, so that a line without an end is one
   * @return whether anything was copied
   */
  boolean copy(CriLog log, boolean last) throws IOException {
    FileChannel in = opened();
    if (in == null || in.size() <= position) {
      return false;
    }
    Instant now = Instant.now();
    boolean copied = false;
    while (fill(in)) {
      int used = lines(log, now, last && in.size() <= position + buffer.limit());
      if (used == 0) {
        break;
      }
      position += used;
      copied = true;
    }
    giveBack();
    return copied;
  }

  private @Nullable FileChannel opened() throws IOException {
    // Not by the exception: a guest never has the second file, and it is looked for all the time.
    if (file == null && raw.toFile().exists()) {
      file = FileChannel.open(raw, StandardOpenOption.READ);
    }
    return file;
  }

  private boolean fill(FileChannel in) throws IOException {
    buffer.clear();
    while (buffer.hasRemaining() && in.read(buffer, position + buffer.position()) > 0) {
      // Until it is full or there is no more.
    }
    buffer.flip();
    return buffer.hasRemaining();
  }

  /** Writes the lines of the buffer; what is left may become longer. */
  private int lines(CriLog log, Instant now, boolean last) throws IOException {
    int start = 0;
    for (int i = 0; i < buffer.limit(); i++) {
      if (buffer.get(i) == '\n') {
        log.write(now, stream, true, discreet(buffer.slice(start, i - start)));
        start = i + 1;
      }
    }
    if ((start == 0 && buffer.limit() == buffer.capacity()) || (last && start < buffer.limit())) {
      log.write(now, stream, last, discreet(buffer.slice(start, buffer.limit() - start)));
      start = buffer.limit();
    }
    return start;
  }

  /** The line up to its first equals sign, if it is one of those that tell values. */
  private ByteBuffer discreet(ByteBuffer line) {
    if (telling.length == 0 || line.remaining() < telling.length) {
      return line;
    }
    for (int i = 0; i < telling.length; i++) {
      if (line.get(i) != telling[i]) {
        return line;
      }
    }
    int end = telling.length;
    while (end < line.limit() && line.get(end) != '=') {
      end++;
    }
    return line.slice(0, end);
  }

  private void giveBack() throws IOException {
    long until = position - LEFT;
    if (until - givenBack >= WORTH_IT) {
      FreedSpace.of(raw, givenBack, until - givenBack);
      givenBack = until;
    }
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
