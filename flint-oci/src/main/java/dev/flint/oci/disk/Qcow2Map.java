package dev.flint.oci.disk;

import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.ByteOrder;

/** The two-level cluster map of a qcow2 file (qcow2.txt, "Cluster mapping"). */
final class Qcow2Map implements BlockMap {
  private static final long OFFSET_MASK = 0x00ff_ffff_ffff_fe00L;
  private static final long COMPRESSED = 1L << 62;
  private static final long ZERO_FLAG = 1;
  private static final int SECTOR = 512;

  private final DiskFile file;
  private final Qcow2Header header;
  private final PagedTable l1;
  private final PagedTable l2;

  Qcow2Map(DiskFile file) throws IOException {
    this.file = file;
    this.header = Qcow2Header.read(file);
    this.l1 = new PagedTable(file, ByteOrder.BIG_ENDIAN, "L1 table");
    this.l2 = new PagedTable(file, ByteOrder.BIG_ENDIAN, "L2 table");
  }

  @Override
  public long virtualSize() {
    return header.virtualSize();
  }

  @Override
  public int blockSize() {
    return 1 << header.clusterBits();
  }

  @Override
  public int blocksPerTable() {
    return blockSize() / Long.BYTES;
  }

  @Override
  public long tableSize() {
    return blockSize();
  }

  @Override
  public boolean hasTable(long table) throws IOException {
    return l2Offset(table) != 0;
  }

  @Override
  public Place place(long block) throws IOException {
    long table = l2Offset(block / blocksPerTable());
    if (table == 0) {
      return Place.ZERO;
    }
    long entry = l2.u64(table, block % blocksPerTable());
    if ((entry & COMPRESSED) != 0) {
      return packed(entry);
    }
    if ((entry & ZERO_FLAG) != 0) {
      if (header.version() == 2) {
        throw file.damaged("a zero cluster in version 2");
      }
      return Place.ZERO;
    }
    long offset = clusterOffset(entry);
    if (offset == 0) {
      return Place.ZERO;
    }
    file.requireInside(offset, visible(block), "data cluster");
    return new Place.Stored(offset);
  }

  private long l2Offset(long table) throws IOException {
    long offset = clusterOffset(l1.u64(header.l1Offset(), table));
    if (offset != 0) {
      file.requireInside(offset, blockSize(), "L2 table");
    }
    return offset;
  }

  private long clusterOffset(long entry) throws FlintException {
    long offset = entry & OFFSET_MASK;
    if (offset % blockSize() != 0) {
      throw file.damaged(
          "offset %d in the cluster map is not at a cluster boundary".formatted(offset));
    }
    return offset;
  }

  private Place packed(long entry) throws FlintException {
    int offsetBits = 62 - (header.clusterBits() - 8);
    long offset = entry & ((1L << offsetBits) - 1);
    int moreSectors = (int) ((entry & (COMPRESSED - 1)) >>> offsetBits);
    // The length is known to the sector only; the file may end within the last one.
    long lastSector = offset - offset % SECTOR + (long) moreSectors * SECTOR;
    file.requireInside(Math.max(offset, lastSector), 1, "compressed cluster");
    long end = Math.min(lastSector + SECTOR, file.size());
    return new Place.Packed(offset, (int) (end - offset), header.codec());
  }
}
