package dev.flint.registry.server;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** The body of an answer, to a client that has to take it. */
final class WatchedOutputStream extends FilterOutputStream {
  private final ClientWatch watch;
  private final RequestBody request;
  private final long length;
  private final Runnable cut;
  private long count;

  /**
   * Wraps the stream of an answer.
   *
   * @param request the body of what is answered
   * @param length the bytes that were announced
   * @param cut ends the exchange, and with it the connection
   */
  WatchedOutputStream(
      OutputStream out, ClientWatch watch, RequestBody request, long length, Runnable cut) {
    super(out);
    this.watch = watch;
    this.request = request;
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
   * that and leave the connection open, and the client would wait for the rest. The answer is on
   * its way before what is left of the request is read: that may be long in coming.
   */
  @Override
  public void close() throws IOException {
    boolean whole = count == length;
    if (whole) {
      try (ClientWatch.Wait wait = watch.body()) {
        out.flush();
      }
      request.drain();
    }
    // The JDK reads some of the request here too.
    try (ClientWatch.Wait wait = watch.rest()) {
      if (whole) {
        out.close();
      } else {
        cut.run();
      }
    }
  }
}
