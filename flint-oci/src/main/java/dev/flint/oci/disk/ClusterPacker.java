package dev.flint.oci.disk;

import dev.flint.oci.codec.ChunkCoder;
import java.util.Arrays;

/** Compresses clusters; for one thread. */
final class ClusterPacker implements AutoCloseable {
  private final ClusterPacking packing;
  private final ChunkCoder coder;
  private final int size;
  private final byte[] room;
  private byte[] packed = new byte[0];

  ClusterPacker(ClusterPacking packing, int size) {
    this.packing = packing;
    this.coder = packing.codec().newCoder();
    this.size = size;
    this.room = new byte[coder.bound(size)];
  }

  /** Compresses each cluster of a portion. */
  ClusterPortion pack(ClusterPortion portion) {
    int[] lengths = new int[portion.count()];
    if (packed.length < portion.count() * size) {
      packed = new byte[portion.count() * size];
    }
    int end = 0;
    for (int i = 0; i < lengths.length; i++) {
      int unit = coder.encode(portion.bytes(), i * size, size, room);
      int length = unit - packing.head() - packing.tail();
      if (length < size) {
        System.arraycopy(room, packing.head(), packed, end, length);
        lengths[i] = length;
        end += length;
      }
    }
    return portion.packed(Arrays.copyOf(packed, end), lengths);
  }

  @Override
  public void close() {
    coder.close();
  }
}
