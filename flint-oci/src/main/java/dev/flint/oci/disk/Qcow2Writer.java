package dev.flint.oci.disk;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * Writes a guest's disk as a qcow2 file, version 3 with clusters of 64 KiB, that stands alone.
 * Clusters of zeros are left out. The file's bytes depend on the guest's bytes only: header, L1
 * table, then per L2 table its data and itself, then refcount blocks and the refcount table, with
 * no cluster unused (QEMU's docs/interop/qcow2.txt).
 */
public final class Qcow2Writer {
  private static final int CLUSTER_BITS = 16;
  private static final int CLUSTER = 1 << CLUSTER_BITS;
  private static final int L2_ENTRIES = CLUSTER / Long.BYTES;
  private static final int HEADER_LENGTH = 112;
  private static final int REFCOUNT_ORDER = 4;
  private static final int REFCOUNTS_PER_BLOCK = CLUSTER / Short.BYTES;

  /** "Used exactly once", the flag of entries that may be written in place. */
  private static final long COPIED = 1L << 63;

  private final FileChannel target;
  private final GuestBytes guest;
  private final byte[] cluster = new byte[CLUSTER];
  private final byte[] zeros = new byte[CLUSTER];
  private long clusters;

  private Qcow2Writer(FileChannel target, GuestBytes guest) {
    this.target = target;
    this.guest = guest;
  }

  /**
   * Replaces what is in the target by the guest's disk. Nothing is forced to the device.
   *
   * @param guest of at most 64 TiB; a size that is no multiple of 512 is rounded up with zeros
   * @throws FlintException POLICY if the guest is larger
   */
  public static void write(FileChannel target, GuestBytes guest) throws IOException {
    if (guest.size() > DiskFile.MAX_VIRTUAL_SIZE) {
      throw new FlintException(
          ErrorCode.POLICY, "refused to write a disk of " + guest.size() + " bytes: over 64 TiB");
    }
    target.truncate(0);
    new Qcow2Writer(target, guest).write();
  }

  private void write() throws IOException {
    long tables = BlockMap.ceilDiv(guest.size(), (long) CLUSTER * L2_ENTRIES);
    ByteBuffer l1 = ByteBuffer.allocate((int) tables * Long.BYTES);
    clusters = 1;
    long l1Cluster = allocate(BlockMap.ceilDiv(l1.capacity(), CLUSTER));
    for (long table = 0; table < tables; table++) {
      l1.putLong(writeTable(table));
    }
    put(l1.flip(), l1Cluster * CLUSTER);
    writeRefcounts(l1Cluster, (int) tables);
  }

  /** Writes the data of one L2 table and then the table; returns its L1 entry. */
  private long writeTable(long table) throws IOException {
    ByteBuffer l2 = ByteBuffer.allocate(CLUSTER);
    boolean used = false;
    long first = table * L2_ENTRIES;
    long end = Math.min(first + L2_ENTRIES, BlockMap.ceilDiv(guest.size(), CLUSTER));
    for (long block = first; block < end; block++) {
      int count = guest.read(block * CLUSTER, cluster);
      Arrays.fill(cluster, count, CLUSTER, (byte) 0);
      if (!Arrays.equals(cluster, zeros)) {
        long offset = allocate(1) * CLUSTER;
        put(ByteBuffer.wrap(cluster), offset);
        l2.putLong((int) (block - first) * Long.BYTES, offset | COPIED);
        used = true;
      }
    }
    if (!used) {
      return 0;
    }
    long offset = allocate(1) * CLUSTER;
    put(l2, offset);
    return offset | COPIED;
  }

  private void writeRefcounts(long l1Cluster, int l1Entries) throws IOException {
    long blocks = 0;
    long tableClusters = 1;
    // The blocks and their table count themselves too.
    while (blocks * REFCOUNTS_PER_BLOCK < clusters + blocks + tableClusters) {
      blocks++;
      tableClusters = BlockMap.ceilDiv(blocks * Long.BYTES, CLUSTER);
    }
    long firstBlock = allocate(blocks);
    long tableCluster = allocate(tableClusters);
    ByteBuffer table = ByteBuffer.allocate((int) tableClusters * CLUSTER);
    for (long block = 0; block < blocks; block++) {
      long offset = (firstBlock + block) * CLUSTER;
      table.putLong(offset);
      long used = Math.min(REFCOUNTS_PER_BLOCK, clusters - block * REFCOUNTS_PER_BLOCK);
      ByteBuffer counts = ByteBuffer.allocate(CLUSTER);
      for (int i = 0; i < used; i++) {
        counts.putShort(i * Short.BYTES, (short) 1);
      }
      put(counts, offset);
    }
    put(table.rewind(), tableCluster * CLUSTER);
    put(header(l1Cluster, l1Entries, tableCluster, (int) tableClusters), 0);
  }

  private ByteBuffer header(
      long l1Cluster, int l1Entries, long refcountCluster, int refcountClusters) {
    // The rest of the cluster is zero: no extension, no backing file, no feature.
    return ByteBuffer.allocate(CLUSTER)
        .put(Qcow2Header.MAGIC)
        .putInt(4, 3)
        .putInt(20, CLUSTER_BITS)
        .putLong(24, BlockMap.ceilDiv(guest.size(), 512) * 512)
        .putInt(36, l1Entries)
        .putLong(40, l1Cluster * CLUSTER)
        .putLong(48, refcountCluster * CLUSTER)
        .putInt(56, refcountClusters)
        .putInt(96, REFCOUNT_ORDER)
        .putInt(100, HEADER_LENGTH)
        .rewind();
  }

  private long allocate(long count) {
    long first = clusters;
    clusters += count;
    return first;
  }

  private void put(ByteBuffer bytes, long offset) throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      at += target.write(bytes, at);
    }
  }
}
