package dev.flint.agent.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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

  /** As much is kept for a follower that takes it slowly. */
  private static final long MOST_KEPT = 64 << 20;

  private final Path raw;
  private final String stream;
  private final byte[] telling;
  private final byte[] bytes;
  private final ByteBuffer buffer;
  private final List<RawFollow> followers = new CopyOnWriteArrayList<>();
  private @Nullable FileChannel file;
  private long position;
  private volatile long givenBack;

  /**
   * Goes on where another has stopped.
   *
   * @param stream the name in the log
   * @param telling how lines begin whose values are left out; empty for none
   * @param position of the first byte that is not in the log
   * @param bytes {@link #MAX_LINE} of them, of which nobody knows anything between calls
   */
  RawTail(Path raw, String stream, String telling, long position, byte[] bytes) {
    this.bytes = bytes;
    this.buffer = ByteBuffer.wrap(bytes);
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
      log.flush();
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
    int limit = buffer.limit();
    for (int i = 0; i < limit; i++) {
      if (bytes[i] == '\n') {
        log.write(now, stream, true, discreet(buffer.slice(start, i - start)));
        start = i + 1;
      }
    }
    if ((start == 0 && limit == bytes.length) || (last && start < limit)) {
      log.write(now, stream, last, discreet(buffer.slice(start, limit - start)));
      start = limit;
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

  private void giveBack() {
    long until = position - LEFT;
    for (RawFollow follower : followers) {
      until = Math.min(until, Math.max(follower.position(), position - MOST_KEPT));
    }
    long from = givenBack;
    if (until - from >= WORTH_IT) {
      // First, as a follower looks at it when it has read.
      givenBack = until;
      FreedSpace.of(raw, from, until - from);
    }
  }

  /** The first byte that is still there; for any thread. */
  long givenBack() {
    return givenBack;
  }

  /** Shows somebody what comes from now on; for any thread. */
  RawFollow follow() throws IOException {
    RawFollow follower = new RawFollow(this, raw);
    followers.add(follower);
    return follower;
  }

  void leave(RawFollow follower) {
    followers.remove(follower);
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
