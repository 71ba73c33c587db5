package dev.flint.oci.disk;

/** Clusters of a guest's disk that follow each other, and what compressing made of them. */
final class ClusterPortion {
  private final long block;
  private final byte[] bytes;
  private final int count;
  private final byte[] packed;
  private final int[] lengths;

  /**
   * Clusters not compressed yet.
   *
   * @param block the guest's first one
   * @param bytes theirs, from the start
   * @param count how many there are
   */
  ClusterPortion(long block, byte[] bytes, int count) {
    this(block, bytes, count, new byte[0], new int[count]);
  }

  private ClusterPortion(long block, byte[] bytes, int count, byte[] packed, int[] lengths) {
    this.block = block;
    this.bytes = bytes;
    this.count = count;
    this.packed = packed;
    this.lengths = lengths;
  }

  /**
   * The same clusters, compressed.
   *
   * @param all those that got smaller, one after the other
   * @param lengthOfEach 0 for those that did not
   */
  ClusterPortion packed(byte[] all, int[] lengthOfEach) {
    return new ClusterPortion(block, bytes, count, all, lengthOfEach);
  }

  long block() {
    return block;
  }

  byte[] bytes() {
    return bytes;
  }

  int count() {
    return count;
  }

  /** All that got smaller. */
  byte[] packed() {
    return packed;
  }

  /** The compressed length of a cluster of this portion; 0 if it did not get smaller. */
  int length(int index) {
    return lengths[index];
  }
}
