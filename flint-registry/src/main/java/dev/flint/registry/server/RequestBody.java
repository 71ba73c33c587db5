package dev.flint.registry.server;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The body of a request. A client that goes away in the middle is an error, not an end. */
final class RequestBody {
  private static final int BUFFER = 64 * 1024;
  private static final int DRAIN_BUFFER = 8 * 1024;
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

  /** Whether nothing of it is left to read; false too if only a read can tell. */
  boolean isAtEnd() {
    return ended || count == announced;
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
   * Drops the rest, so that the connection can be used again, and a client that sends all before it
   * looks sees the answer. That is worth little time: the connection is closed when it takes more
   * than a second in all, or when the rest is long.
   */
  void drain() throws IOException {
    byte[] buffer = new byte[DRAIN_BUFFER];
    long dropped = 0;
    try (ClientWatch.Wait wait = watch.rest()) {
      while (!ended && dropped <= DRAIN_LIMIT) {
        int n = read(buffer);
        dropped += Math.max(0, n);
      }
    }
  }
}
