package dev.flint.oci.chunk;

/**
 * The bounds of content-defined chunks, in bytes.
 *
 * @param min no chunk of data is shorter, but where data ends
 * @param mean a power of two; most chunks are somewhat longer
 * @param max no chunk of data is longer
 */
public record ChunkSizes(int min, int mean, int max) {
  /** What measured best (docs/decisions.md). */
  public static final ChunkSizes USUAL = new ChunkSizes(64 << 10, 256 << 10, 1 << 20);

  /** Checks the order. */
  public ChunkSizes {
    if (min < 64
        || min >= mean
        || mean >= max
        || max > ChunkTable.MAX_CHUNK
        || Integer.bitCount(mean) != 1) {
      throw new IllegalArgumentException("chunk sizes " + min + ", " + mean + ", " + max);
    }
  }
}
