package dev.flint.oci.disk;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;

/**
 * The sizes of a qcow2 file to be made, which follow from those of the guest's disk and a cluster.
 *
 * @param virtualSize in bytes, up to 64 TiB
 * @param clusterSize in bytes, a power of two, 512 to 2 MiB
 */
record Qcow2Geometry(long virtualSize, int clusterSize) {
  private static final int MIN_CLUSTER = 1 << 9;
  private static final int MAX_CLUSTER = 1 << 21;

  Qcow2Geometry {
    if (Integer.bitCount(clusterSize) != 1
        || clusterSize < MIN_CLUSTER
        || clusterSize > MAX_CLUSTER) {
      throw new IllegalArgumentException("clusters of " + clusterSize + " bytes");
    }
  }

  /**
   * Checks that readers take a disk of these sizes.
   *
   * @throws FlintException POLICY if not
   */
  void requireAllowed() throws FlintException {
    if (virtualSize > DiskFile.MAX_VIRTUAL_SIZE) {
      throw new FlintException(
          ErrorCode.POLICY, "refused to write a disk of " + virtualSize + " bytes: over 64 TiB");
    }
    if (l1Entries() * Long.BYTES > Qcow2Header.MAX_L1_BYTES) {
      throw tooLarge();
    }
  }

  /** The failure of a disk that would have larger tables than QEMU reads. */
  FlintException tooLarge() {
    return new FlintException(
        ErrorCode.POLICY,
        "refused to write a disk of %d bytes in clusters of %d: its tables are over QEMU's limits"
            .formatted(virtualSize, clusterSize),
        "take larger clusters");
  }

  int clusterBits() {
    return Integer.numberOfTrailingZeros(clusterSize);
  }

  /** Entries of an L2 table. */
  int l2Entries() {
    return clusterSize / Long.BYTES;
  }

  long l1Entries() {
    return BlockMap.ceilDiv(virtualSize, (long) clusterSize * l2Entries());
  }

  /** Clusters whose refcounts are in one block. */
  int refcountsPerBlock() {
    return clusterSize / Short.BYTES;
  }

  /** Checks that a disk of so many bytes has room for more at a place. */
  static void requireRoom(long position, long more, long size) {
    if (more < 0 || more > size - position) {
      throw new IllegalArgumentException(
          "%d bytes at %d of a disk of %d".formatted(more, position, size));
    }
  }
}
