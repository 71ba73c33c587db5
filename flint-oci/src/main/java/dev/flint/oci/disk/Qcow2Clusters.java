package dev.flint.oci.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A qcow2 file in the making, version 3 with clusters of 64 KiB: clusters are taken one after the
 * other and each is used once (QEMU's docs/interop/qcow2.txt). The first is the header's.
 */
final class Qcow2Clusters {
  static final int SIZE = 1 << 16;

  /** Entries of an L2 table. */
  static final int L2_ENTRIES = SIZE / Long.BYTES;

  /** "Used exactly once", the flag of entries that may be written in place. */
  static final long COPIED = 1L << 63;

  static final int HEADER_LENGTH = 112;
  private static final int CLUSTER_BITS = 16;
  private static final int REFCOUNT_ORDER = 4;
  private static final int REFCOUNTS_PER_BLOCK = SIZE / Short.BYTES;

  private final FileChannel target;
  private long count = 1;

  /** Empties the file. */
  Qcow2Clusters(FileChannel target) throws IOException {
    this.target = target.truncate(0);
  }

  /** Takes clusters in a row; returns the first one's number. */
  long allocate(long wanted) {
    long first = count;
    count += wanted;
    return first;
  }

  void put(ByteBuffer bytes, long offset) throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      at += target.write(bytes, at);
    }
  }

  /** Puts bytes into a cluster of their own; returns its offset. */
  long append(ByteBuffer bytes) throws IOException {
    long offset = allocate(1) * SIZE;
    put(bytes, offset);
    return offset;
  }

  /**
   * Ends the file: refcounts of all clusters, and the header.
   *
   * @param virtualSize in bytes, rounded up to a multiple of 512
   */
  void finish(long virtualSize, long l1Cluster, int l1Entries, Qcow2Backing backing)
      throws IOException {
    long blocks = 0;
    long tableClusters = 1;
    // The blocks and their table count themselves too.
    while (blocks * REFCOUNTS_PER_BLOCK < count + blocks + tableClusters) {
      blocks++;
      tableClusters = BlockMap.ceilDiv(blocks * Long.BYTES, SIZE);
    }
    long firstBlock = allocate(blocks);
    long tableCluster = allocate(tableClusters);
    ByteBuffer table = ByteBuffer.allocate((int) tableClusters * SIZE);
    for (long block = 0; block < blocks; block++) {
      long offset = (firstBlock + block) * SIZE;
      table.putLong(offset);
      long used = Math.min(REFCOUNTS_PER_BLOCK, count - block * REFCOUNTS_PER_BLOCK);
      ByteBuffer counts = ByteBuffer.allocate(SIZE);
      for (int i = 0; i < used; i++) {
        counts.putShort(i * Short.BYTES, (short) 1);
      }
      put(counts, offset);
    }
    put(table.rewind(), tableCluster * SIZE);
    // The rest of the cluster is zero: no feature, and no extension but the backing file's.
    ByteBuffer header =
        ByteBuffer.allocate(SIZE)
            .put(Qcow2Header.MAGIC)
            .putInt(4, 3)
            .putInt(20, CLUSTER_BITS)
            .putLong(24, BlockMap.ceilDiv(virtualSize, 512) * 512)
            .putInt(36, l1Entries)
            .putLong(40, l1Cluster * SIZE)
            .putLong(48, tableCluster * SIZE)
            .putInt(56, (int) tableClusters)
            .putInt(96, REFCOUNT_ORDER)
            .putInt(100, HEADER_LENGTH);
    backing.writeTo(header);
    put(header.rewind(), 0);
  }
}
