package dev.flint.oci.disk;

import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The refcounts of a qcow2 file in the making, of 16 bits each (qcow2.txt, "Host cluster
 * management"). Every cluster that is taken has one user; more have only those of compressed data,
 * which are told in ascending order. A block is kept in memory only while its counts may grow, and
 * blocks of plain ones are written at the end.
 */
final class Qcow2Refcounts {
  private static final long MAX_COUNT = 0xffff;

  private final Qcow2Clusters clusters;
  private final int size;
  private final int perBlock;
  private final ByteBuffer shared;
  private long sharedBlock = -1;

  /** Where blocks are that are written before the end, by number; 0 for no such block. */
  private long[] written = new long[16];

  private long writtenBlocks;

  /**
   * Where the refcount table is.
   *
   * @param offset in bytes
   * @param clusters that it takes
   */
  record Table(long offset, int clusters) {}

  Qcow2Refcounts(Qcow2Clusters clusters) {
    this.clusters = clusters;
    this.size = clusters.geometry().clusterSize();
    this.perBlock = clusters.geometry().refcountsPerBlock();
    this.shared = ByteBuffer.allocate(size);
  }

  /** Counts one more user of a cluster than the one it was taken for. */
  void share(long cluster) throws IOException {
    long block = cluster / perBlock;
    if (block != sharedBlock) {
      writeShared();
      sharedBlock = block;
      fill(shared, perBlock);
    }
    int at = (int) (cluster % perBlock) * Short.BYTES;
    int count = Short.toUnsignedInt(shared.getShort(at)) + 1;
    if (count > MAX_COUNT) {
      throw new IllegalStateException("cluster " + cluster + " has too many users");
    }
    shared.putShort(at, (short) count);
  }

  /** All clusters of the block are taken: only so could a later block be shared in. */
  private void writeShared() throws IOException {
    if (sharedBlock >= 0) {
      requireTable(sharedBlock + 1);
      if (sharedBlock >= written.length) {
        written = Arrays.copyOf(written, (int) Math.max(sharedBlock + 1, 2L * written.length));
      }
      written[(int) sharedBlock] = clusters.append(shared.array(), 0, size);
      writtenBlocks++;
    }
  }

  private static void fill(ByteBuffer block, int ones) {
    for (int i = 0; i < ones; i++) {
      block.putShort(i * Short.BYTES, (short) 1);
    }
  }

  private void requireTable(long blocks) throws FlintException {
    if (blocks * Long.BYTES > Qcow2Header.MAX_REFCOUNT_TABLE_BYTES) {
      throw clusters.geometry().tooLarge();
    }
  }

  /** Writes the blocks that are left, and their table. */
  Table finish() throws IOException {
    long blocks = 0;
    long tableClusters = 1;
    // The blocks and their table count themselves too.
    while (blocks * perBlock < clusters.count() + blocks - writtenBlocks + tableClusters) {
      blocks++;
      tableClusters = BlockMap.ceilDiv(blocks * Long.BYTES, size);
    }
    requireTable(blocks);
    long next = clusters.allocate(blocks - writtenBlocks) * size;
    long offset = clusters.allocate(tableClusters) * size;
    ByteBuffer table = ByteBuffer.allocate((int) tableClusters * size);
    for (int block = 0; block < blocks; block++) {
      long place = block < written.length ? written[block] : 0;
      if (place == 0) {
        place = next;
        next += size;
        write(block, place);
      }
      table.putLong(place);
    }
    clusters.put(table.rewind(), offset);
    return new Table(offset, (int) tableClusters);
  }

  private void write(long block, long place) throws IOException {
    int used = (int) Math.min(perBlock, clusters.count() - block * perBlock);
    if (block == sharedBlock) {
      Arrays.fill(shared.array(), used * Short.BYTES, size, (byte) 0);
      clusters.put(shared.clear(), place);
    } else {
      ByteBuffer counts = ByteBuffer.allocate(size);
      fill(counts, used);
      clusters.put(counts, place);
    }
  }
}
