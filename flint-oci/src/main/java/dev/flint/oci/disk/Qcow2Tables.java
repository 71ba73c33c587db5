package dev.flint.oci.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The cluster map of a qcow2 file in the making, told of its clusters in ascending order
 * (qcow2.txt, "Cluster mapping"). Holds one L2 table.
 */
final class Qcow2Tables {
  private final Qcow2Clusters clusters;
  private final int entries;
  private final long l1Offset;
  private final ByteBuffer l2;
  private long table;
  private boolean used;

  /** Takes room for the L1 table. */
  Qcow2Tables(Qcow2Clusters clusters) {
    this.clusters = clusters;
    this.entries = clusters.geometry().l2Entries();
    this.l1Offset = clusters.takeL1();
    this.l2 = ByteBuffer.allocate(clusters.geometry().clusterSize());
  }

  /** How many of the guest's clusters from one on have entries in the same table. */
  int beforeNext(long block) throws IOException {
    turnTo(block / entries);
    return entries - (int) (block % entries);
  }

  void put(long block, long entry) throws IOException {
    turnTo(block / entries);
    l2.putLong((int) (block % entries) * Long.BYTES, entry);
    used = true;
  }

  private void turnTo(long wanted) throws IOException {
    if (wanted != table) {
      finish();
      table = wanted;
    }
  }

  /** Writes the table that is not written yet. */
  void finish() throws IOException {
    if (used) {
      long offset = clusters.append(l2.array(), 0, l2.capacity());
      ByteBuffer entry = ByteBuffer.allocate(Long.BYTES).putLong(0, offset | Qcow2Clusters.COPIED);
      clusters.put(entry, l1Offset + table * Long.BYTES);
      Arrays.fill(l2.array(), (byte) 0);
      used = false;
    }
  }
}
