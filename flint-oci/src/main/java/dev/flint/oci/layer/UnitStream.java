package dev.flint.oci.layer;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** What is in the tar beside the disk, as units of its own. Confined to one thread. */
final class UnitStream extends OutputStream {
  private static final int SIZE = 256 * 1024;

  private final Encoder encoder;
  private final LayerOutput output;
  private final MessageDigest tarHasher;
  private final byte[] buffer = new byte[SIZE];
  private int filled;

  UnitStream(Encoder encoder, LayerOutput output, MessageDigest tarHasher) {
    this.encoder = encoder;
    this.output = output;
    this.tarHasher = tarHasher;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int count = Math.min(length - done, SIZE - filled);
      System.arraycopy(bytes, offset + done, buffer, filled, count);
      filled += count;
      done += count;
      if (filled == SIZE) {
        endUnit();
      }
    }
  }

  /** What follows begins a unit. */
  void endUnit() throws IOException {
    if (filled > 0) {
      tarHasher.update(buffer, 0, filled);
      output.write(encoder.pack(buffer, filled));
      filled = 0;
    }
  }

  /** Takes bytes that are not part of the tar. */
  OutputStream outside() throws IOException {
    endUnit();
    return output;
  }
}
