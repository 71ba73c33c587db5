package dev.flint.oci.layer;

import java.io.OutputStream;

/** Counts what is written to it. */
final class ByteCounter extends OutputStream {
  private long count;

  long count() {
    return count;
  }

  @Override
  public void write(int b) {
    count++;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    count += length;
  }
}
