package dev.flint.agent.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file that another process appends to, from its present end on, as it is. What is not read
 * yet stays in it, up to a limit. For one thread.
 */
final class RawFollow implements Closeable {
  private final RawTail tail;
  private final Path raw;
  private @Nullable FileChannel file;
  private volatile long position;

  RawFollow(RawTail tail, Path raw) throws IOException {
    this.tail = tail;
    this.raw = raw;
    FileChannel in = opened();
    this.position = in == null ? 0 : in.size();
  }

  /** The first byte that was not read; for any thread. */
  long position() {
    return position;
  }

  private @Nullable FileChannel opened() throws IOException {
    if (file == null && raw.toFile().exists()) {
      file = FileChannel.open(raw, StandardOpenOption.READ);
    }
    return file;
  }

  /**
   * Reads what has come.
   *
   * @return how many bytes; 0 if there is nothing
   * @throws IOException if it takes so long that some is gone
   */
  int read(byte[] buffer) throws IOException {
    FileChannel in = opened();
    long from = position;
    int n = in == null ? 0 : Math.max(0, in.read(ByteBuffer.wrap(buffer), from));
    if (tail.givenBack() > from) {
      throw new IOException("more is written than is taken");
    }
    position = from + n;
    return n;
  }

  @Override
  public void close() throws IOException {
    tail.leave(this);
    if (file != null) {
      file.close();
    }
  }
}
