package dev.flint.oci.image;

import dev.flint.oci.progress.Meter;
import dev.flint.oci.store.SingleDoorInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Tells a meter what is read. */
final class MeteredStream extends SingleDoorInputStream {
  private final Meter meter;

  MeteredStream(InputStream in, Meter meter) {
    super(in);
    this.meter = meter;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = in.read(buffer, offset, length);
    if (n > 0) {
      meter.advance(n);
    }
    return n;
  }
}
