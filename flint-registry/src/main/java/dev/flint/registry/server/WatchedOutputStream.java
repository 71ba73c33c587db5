package dev.flint.registry.server;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** The body of an answer, to a client that has to take it. */
final class WatchedOutputStream extends FilterOutputStream {
  private final ClientWatch watch;
  private final long length;
  private final Runnable cut;
  private long count;

  /**
   * Wraps the stream of an answer.
   *
   * @param length the bytes that were announced
   * @param cut ends the exchange, and with it the connection
   */
  WatchedOutputStream(OutputStream out, ClientWatch watch, long length, Runnable cut) {
    super(out);
    this.watch = watch;
    this.length = length;
    this.cut = cut;
  }

  /** The number of bytes that were taken. */
  long count() {
    return count;
  }

  @Override
  public void write(byte[] buffer, int offset, int bytes) throws IOException {
    try (ClientWatch.Wait wait = watch.body()) {
      out.write(buffer, offset, bytes);
      count += bytes;
    }
  }

  /**
   * Ends the answer, or the connection if bytes are missing: the JDK's stream would complain of
   * that and leave the connection open, and the client would wait for the rest.
   */
  @Override
  public void close() throws IOException {
    try (ClientWatch.Wait wait = watch.body()) {
      if (count < length) {
        cut.run();
      } else {
        out.close();
      }
    }
  }
}
