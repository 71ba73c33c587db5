package dev.flint.oci.chunk;

/**
 * Finds where chunks end, by their content alone, so that the cuts come back in step after bytes
 * were put in or taken out. FastCDC (Xia et al., USENIX ATC 2016) with normalized chunking: a gear
 * hash of the last 64 bytes is compared with a stricter mask before the mean and a looser one after
 * it. The gear table comes from SplitMix64 with seed 0, so other implementers get the same cuts.
 * Immutable, thread-safe.
 */
public final class Chunker {
  private static final long[] GEAR = gear();
  private static final int NORMALIZATION = 2;

  private final ChunkSizes sizes;
  private final long strict;
  private final long loose;

  /** Cuts by these sizes. */
  public Chunker(ChunkSizes sizes) {
    this.sizes = sizes;
    int bits = Integer.numberOfTrailingZeros(sizes.mean());
    // The hash shifts left, so its upper bits depend on the most bytes.
    this.strict = -1L << (64 - bits - NORMALIZATION);
    this.loose = -1L << (64 - bits + NORMALIZATION);
  }

  /**
   * The length of the first chunk of some bytes.
   *
   * @return 1 to {@code max}; {@code length} if no cut was found before the bytes ended
   */
  public int cut(byte[] bytes, int offset, int length) {
    int end = Math.min(length, sizes.max());
    int mean = Math.min(end, sizes.mean());
    long hash = 0;
    int i = Math.min(end, sizes.min());
    for (; i < mean; i++) {
      hash = (hash << 1) + GEAR[bytes[offset + i] & 0xff];
      if ((hash & strict) == 0) {
        return i + 1;
      }
    }
    for (; i < end; i++) {
      hash = (hash << 1) + GEAR[bytes[offset + i] & 0xff];
      if ((hash & loose) == 0) {
        return i + 1;
      }
    }
    return end;
  }

  private static long[] gear() {
    long[] table = new long[256];
    long state = 0;
    for (int i = 0; i < table.length; i++) {
      state += 0x9e3779b97f4a7c15L;
      long z = state;
      z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      table[i] = z ^ (z >>> 31);
    }
    return table;
  }
}
