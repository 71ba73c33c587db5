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
  private static final int CLUSTER = Qcow2Clusters.SIZE;

  private final Qcow2Clusters clusters;
  private final GuestBytes guest;
  private final byte[] cluster = new byte[CLUSTER];
  private final byte[] zeros = new byte[CLUSTER];

  private Qcow2Writer(Qcow2Clusters clusters, GuestBytes guest) {
    this.clusters = clusters;
    this.guest = guest;
  }

  /**
   * Replaces what is in the target by the guest's disk. Nothing is forced to the device.
   *
   * @param guest of at most 64 TiB; a size that is no multiple of 512 is rounded up with zeros
   * @throws FlintException POLICY if the guest is larger
   */
  public static void write(FileChannel target, GuestBytes guest) throws IOException {
    requireSize(guest);
    new Qcow2Writer(new Qcow2Clusters(target), guest).write();
  }

  static void requireSize(GuestBytes guest) throws FlintException {
    if (guest.size() > DiskFile.MAX_VIRTUAL_SIZE) {
      throw new FlintException(
          ErrorCode.POLICY, "refused to write a disk of " + guest.size() + " bytes: over 64 TiB");
    }
  }

  private void write() throws IOException {
    long tables = BlockMap.ceilDiv(guest.size(), (long) CLUSTER * Qcow2Clusters.L2_ENTRIES);
    ByteBuffer l1 = ByteBuffer.allocate((int) tables * Long.BYTES);
    long l1Cluster = clusters.allocate(BlockMap.ceilDiv(l1.capacity(), CLUSTER));
    for (long table = 0; table < tables; table++) {
      l1.putLong(writeTable(table));
    }
    clusters.put(l1.flip(), l1Cluster * CLUSTER);
    clusters.finish(guest.size(), l1Cluster, (int) tables, Qcow2Backing.NONE);
  }

  /** Writes the data of one L2 table and then the table; returns its L1 entry. */
  private long writeTable(long table) throws IOException {
    ByteBuffer l2 = ByteBuffer.allocate(CLUSTER);
    boolean used = false;
    long first = table * Qcow2Clusters.L2_ENTRIES;
    long end = Math.min(first + Qcow2Clusters.L2_ENTRIES, BlockMap.ceilDiv(guest.size(), CLUSTER));
    for (long block = first; block < end; block++) {
      int count = guest.read(block * CLUSTER, cluster);
      Arrays.fill(cluster, count, CLUSTER, (byte) 0);
      if (!Arrays.equals(cluster, zeros)) {
        long offset = clusters.append(ByteBuffer.wrap(cluster));
        l2.putLong((int) (block - first) * Long.BYTES, offset | Qcow2Clusters.COPIED);
        used = true;
      }
    }
    return used ? clusters.append(l2) | Qcow2Clusters.COPIED : 0;
  }
}
