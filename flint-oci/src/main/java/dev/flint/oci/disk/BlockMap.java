package dev.flint.oci.disk;

import java.io.IOException;

/**
 * A guest disk cut into blocks of one size, and where each is. Blocks are grouped into tables so
 * that a walk can pass over those that do not exist.
 */
sealed interface BlockMap permits RawMap, Qcow2Map, VdiMap, VmdkMap {
  /** The guest disk's size in bytes, at most {@link DiskFile#MAX_VIRTUAL_SIZE}. */
  long virtualSize();

  /** Bytes in a block, a power of two up to 2 MiB. The guest's last block may be cut short. */
  int blockSize();

  int blocksPerTable();

  /** Bytes a table takes in the file at a place of its own; 0 where tables cannot overlap. */
  long tableSize();

  /** Whether any block of this table may be somewhere. */
  boolean hasTable(long table) throws IOException;

  /** The place of a block, checked to be inside the file. */
  Place place(long block) throws IOException;

  default long blocks() {
    return ceilDiv(virtualSize(), blockSize());
  }

  /** How many bytes of a block the guest can see. */
  default int visible(long block) {
    return (int) Math.min(blockSize(), virtualSize() - block * blockSize());
  }

  static long ceilDiv(long dividend, long divisor) {
    return dividend / divisor + (dividend % divisor == 0 ? 0 : 1);
  }
}
