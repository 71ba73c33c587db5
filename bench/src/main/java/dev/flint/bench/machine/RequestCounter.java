package dev.flint.bench.machine;

import java.util.concurrent.atomic.AtomicLong;

/** Counts requests for blobs in streams of HTTP/1.1 requests that have no bodies. Thread-safe. */
final class RequestCounter {
  private static final int LINE_START = 512;

  private final AtomicLong blobs = new AtomicLong();

  long blobs() {
    return blobs.get();
  }

  /** For one connection and one thread. */
  Reader newReader() {
    return new Reader();
  }

  /** Looks at the lines of one connection. */
  final class Reader {
    private final StringBuilder line = new StringBuilder();

    void read(byte[] bytes, int length) {
      for (int i = 0; i < length; i++) {
        if (bytes[i] == '\n') {
          if (line.indexOf("GET ") == 0 && line.indexOf("/blobs/") > 0) {
            blobs.incrementAndGet();
          }
          line.setLength(0);
        } else if (line.length() < LINE_START) {
          line.append((char) (bytes[i] & 0xff));
        }
      }
    }
  }
}
