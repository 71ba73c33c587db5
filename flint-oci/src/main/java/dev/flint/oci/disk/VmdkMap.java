package dev.flint.oci.disk;

import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The grain directory and tables of a VMDK sparse extent (Virtual Disk Format 5.0). */
final class VmdkMap implements BlockMap {
  private static final int MARKER_LENGTH = 12;

  private final DiskFile file;
  private final VmdkHeader header;
  private final PagedTable directory;
  private final PagedTable tables;

  VmdkMap(DiskFile file) throws IOException {
    this.file = file;
    this.header = VmdkHeader.read(file);
    this.directory = new PagedTable(file, ByteOrder.LITTLE_ENDIAN, "grain directory");
    this.tables = new PagedTable(file, ByteOrder.LITTLE_ENDIAN, "grain table");
    VmdkDescriptor.check(file, header);
    long entries = BlockMap.ceilDiv(blocks(), VmdkHeader.TABLE_ENTRIES);
    requireMetadata(header.descriptorOffset(), header.descriptorSectors() * VmdkHeader.SECTOR);
    requireMetadata(header.directoryOffset(), entries * Integer.BYTES);
  }

  @Override
  public long virtualSize() {
    return header.capacity() * VmdkHeader.SECTOR;
  }

  @Override
  public int blockSize() {
    return (int) header.grainSectors() * VmdkHeader.SECTOR;
  }

  @Override
  public int blocksPerTable() {
    return VmdkHeader.TABLE_ENTRIES;
  }

  @Override
  public long tableSize() {
    return (long) VmdkHeader.TABLE_ENTRIES * Integer.BYTES;
  }

  @Override
  public boolean hasTable(long table) throws IOException {
    return table(table) != 0;
  }

  @Override
  public Place place(long block) throws IOException {
    long table = table(block / blocksPerTable());
    long grain = table == 0 ? 0 : tables.u32(table * VmdkHeader.SECTOR, block % blocksPerTable());
    if (grain == 0 || (grain == 1 && header.hasZeroGrains())) {
      return Place.ZERO;
    }
    long offset = grain * VmdkHeader.SECTOR;
    if (header.compressed()) {
      return packed(block, offset);
    }
    if (grain < header.overhead()) {
      throw file.damaged("a grain at sector %d lies in the VMDK's own tables".formatted(grain));
    }
    file.requireInside(offset, visible(block), "data grain");
    return new Place.Stored(offset);
  }

  private long table(long index) throws IOException {
    long table = directory.u32(header.directoryOffset() * VmdkHeader.SECTOR, index);
    if (table != 0) {
      requireMetadata(table, tableSize());
    }
    return table;
  }

  /** A compressed grain follows a marker of its first sector and its length. */
  private Place packed(long block, long offset) throws IOException {
    ByteBuffer marker =
        file.read(offset, MARKER_LENGTH, "grain marker").order(ByteOrder.LITTLE_ENDIAN);
    long length = Integer.toUnsignedLong(marker.getInt(8));
    if (marker.getLong(0) != block * header.grainSectors() || length > 2L * blockSize()) {
      throw file.damaged("the marker at offset %d is not of grain %d".formatted(offset, block));
    }
    file.requireInside(offset + MARKER_LENGTH, length, "compressed grain");
    return new Place.Packed(offset + MARKER_LENGTH, (int) length, BlockCodec.ZLIB);
  }

  /**
   * Metadata is inside the file and, where a guest can write in place, not among the grains: a
   * guest that could write its own descriptor or tables could make its host open other files.
   */
  private void requireMetadata(long sector, long bytes) throws FlintException {
    file.requireInside(sector * VmdkHeader.SECTOR, bytes, "VMDK metadata");
    if (!header.compressed()
        && sector * VmdkHeader.SECTOR + bytes > header.overhead() * VmdkHeader.SECTOR) {
      throw file.damaged("VMDK metadata at sector %d lies among the data".formatted(sector));
    }
  }
}
