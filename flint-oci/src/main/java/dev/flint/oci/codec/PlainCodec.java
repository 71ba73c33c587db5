package dev.flint.oci.codec;

import dev.flint.oci.error.IntegrityException;
import java.util.Objects;

/** No compression: a unit is its chunk. */
record PlainCodec() implements Codec {
  @Override
  public Compression compression() {
    return Compression.NONE;
  }

  @Override
  public String encoder() {
    return "none";
  }

  @Override
  public ChunkCoder newCoder() {
    return new Coder();
  }

  private static final class Coder implements ChunkCoder {
    @Override
    public int bound(int length) {
      return length;
    }

    @Override
    public int encode(byte[] in, int offset, int length, byte[] out) {
      System.arraycopy(in, offset, out, 0, length);
      return length;
    }

    @Override
    public int decode(byte[] in, int offset, int length, byte[] out, int expected)
        throws IntegrityException {
      Objects.checkFromIndexSize(offset, length, in.length);
      if (length < expected) {
        throw new IntegrityException("it is cut short");
      }
      System.arraycopy(in, offset, out, 0, expected);
      return expected;
    }

    @Override
    public void close() {}
  }
}
