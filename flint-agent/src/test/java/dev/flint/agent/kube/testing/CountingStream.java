package dev.flint.agent.kube.testing;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongConsumer;

/** Tells how many bytes go through. */
final class CountingStream extends FilterOutputStream {
  private final LongConsumer count;

  CountingStream(OutputStream out, LongConsumer count) {
    super(out);
    this.count = count;
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
    count.accept(1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    count.accept(length);
  }
}
