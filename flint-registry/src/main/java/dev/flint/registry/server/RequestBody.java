package dev.flint.registry.server;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The body of a request. A client that goes away in the middle is an error, not an end. */
final class RequestBody {
  private static final int BUFFER = 64 * 1024;
  private static final int DRAIN_LIMIT = 8 * 1024 * 1024;

  private final InputStream in;
  private final ClientWatch watch;
  private final long announced;
  private long count;
  private boolean ended;

  /**
   * Wraps the stream of a request.
   *
   * @param announced the Content-Length, or -1 if there is none
   */
  RequestBody(InputStream in, long announced, ClientWatch watch) {
    this.in = in;
    this.watch = watch;
    this.announced = announced;
  }

  /** The announced number of bytes, or -1 if the client announced none. */
  long announced() {
    return announced;
  }

  /** The number of bytes that came. */
  long count() {
    return count;
  }

  /** Reads the next bytes, -1 at the end. */
  int read(byte[] buffer) throws IOException {
    int n;
    try (ClientWatch.Wait wait = watch.body()) {
      n = in.read(buffer);
    }
    if (n > 0) {
      count += n;
    } else if (n < 0) {
      ended = true;
      if (announced >= 0 && count < announced) {
        throw new EOFException("the client sent " + count + " of " + announced + " bytes");
      }
    }
    return n;
  }

  /** Reads everything, but not much more than {@code limit} bytes. */
  byte[] readAtMost(int limit) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[BUFFER];
    int n;
    while (bytes.size() <= limit && (n = read(buffer)) >= 0) {
      bytes.write(buffer, 0, n);
    }
    return bytes.toByteArray();
  }

  /**
   * Drops the rest, so that the connection can be used again and the client sees the answer. A long
   * rest is not worth it; the connection is closed then.
   */
  void drain() throws IOException {
    byte[] buffer = new byte[BUFFER];
    long dropped = 0;
    while (!ended && dropped <= DRAIN_LIMIT) {
      int n = read(buffer);
      dropped += Math.max(0, n);
    }
  }
}
