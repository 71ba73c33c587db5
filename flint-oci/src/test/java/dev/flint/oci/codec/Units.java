package dev.flint.oci.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.error.IntegrityException;
import java.util.Arrays;

/** Whole units by a coder, and chunks out of them. */
final class Units {
  private static final byte UNTOUCHED = 0x55;
  private static final int MARGIN = 100;

  private Units() {}

  static byte[] encode(Codec codec, byte[] chunk) {
    try (ChunkCoder coder = codec.newCoder()) {
      return encode(coder, chunk);
    }
  }

  static byte[] encode(ChunkCoder coder, byte[] chunk) {
    byte[] out = new byte[coder.bound(chunk.length)];
    return Arrays.copyOf(out, coder.encode(chunk, 0, chunk.length, out));
  }

  /** Decodes what must be a unit and nothing else. */
  static byte[] decode(ChunkCoder coder, byte[] unit, int expected) throws IntegrityException {
    byte[] out = new byte[expected + MARGIN];
    Arrays.fill(out, UNTOUCHED);
    assertEquals(unit.length, coder.decode(unit, 0, unit.length, out, expected));
    for (int i = expected; i < out.length; i++) {
      assertEquals(UNTOUCHED, out[i], "written after the chunk");
    }
    return Arrays.copyOf(out, expected);
  }
}
