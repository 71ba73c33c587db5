package dev.flint.registry.server;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** The body of an answer, to a client that has to take it. */
final class WatchedOutputStream extends FilterOutputStream {
  private final ClientWatch watch;

  WatchedOutputStream(OutputStream out, ClientWatch watch) {
    super(out);
    this.watch = watch;
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws IOException {
    try (ClientWatch.Wait wait = watch.body()) {
      out.write(buffer, offset, length);
    }
  }

  @Override
  public void close() throws IOException {
    try (ClientWatch.Wait wait = watch.body()) {
      out.close();
    }
  }
}
