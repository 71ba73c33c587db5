package dev.flint.oci.codec;

import dev.flint.oci.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Tells versions and forks of a library apart by what they make of a fixed sample: the start of the
 * SHA-256 of the unit. Changing the sample makes every layer one of another encoder.
 */
final class Fingerprint {
  private static final int SAMPLE = 64 * 1024;
  private static final int DIGITS = 16;
  private static final long SEED = 0x9e3779b97f4a7c15L;
  private static final String WORDS =
      "the _disk _of _a _machine _has _blocks, _and _some _are _alike; _0123456789"
          + "_\0\0\0\0\0\0\0\0_/usr/lib/_\u007fELF\2\1\1\0_.\n";

  private Fingerprint() {}

  static String of(Codec codec) {
    byte[] sample = sample();
    MessageDigest hasher = Digest.sha256Hasher();
    try (ChunkCoder coder = codec.newCoder()) {
      byte[] unit = new byte[coder.bound(sample.length)];
      hasher.update(unit, 0, coder.encode(sample, 0, sample.length, unit));
    }
    return Digest.of(hasher.digest()).encoded().substring(0, DIGITS);
  }

  /** Prose, repeats from far back and noise: what match finders and block splitters differ on. */
  private static byte[] sample() {
    byte[][] words =
        Arrays.stream(WORDS.split("_", -1))
            .map(word -> word.getBytes(StandardCharsets.US_ASCII))
            .toArray(byte[][]::new);
    byte[] sample = new byte[SAMPLE];
    long random = SEED;
    int at = 0;
    while (at < SAMPLE) {
      // Marsaglia's xorshift64: Java's generators are not promised to stay the same.
      random ^= random << 13;
      random ^= random >>> 7;
      random ^= random << 17;
      int choice = (int) (random >>> 58);
      byte[] from = words[choice % words.length];
      int start = 0;
      int length = from.length;
      if (choice == 0 && at > SAMPLE / 2) {
        from = sample;
        start = (int) (random >>> 20 & 0x3fff);
        length = (int) (random >>> 40 & 0xff);
      } else if (choice < 6) {
        from = ByteBuffer.allocate(Long.BYTES).putLong(random * SEED).array();
        length = Long.BYTES;
      }
      length = Math.min(length, SAMPLE - at);
      System.arraycopy(from, start, sample, at, length);
      at += length;
    }
    return sample;
  }
}
