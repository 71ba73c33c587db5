package dev.flint.oci.disk;

import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of a VMDK sparse extent, little-endian (VMware, "Virtual Disk Format 5.0", Hosted
 * Sparse Extent Header). Offsets and sizes are in sectors of 512 bytes.
 */
record VmdkHeader(
    int flags,
    long capacity,
    long grainSectors,
    long descriptorOffset,
    long descriptorSectors,
    long directoryOffset,
    long overhead) {
  static final byte[] MAGIC = {'K', 'D', 'M', 'V'};
  static final int SECTOR = 512;
  static final int TABLE_ENTRIES = 512;

  private static final int ZERO_GRAINS = 1 << 2;
  private static final int COMPRESSED = 1 << 16;
  private static final int MARKERS = 1 << 17;
  private static final long DIRECTORY_AT_END = -1;
  private static final int FOOTER_FROM_END = 2 * SECTOR;
  private static final int MAX_GRAIN_SECTORS = 4096;

  /** Reads the header, and for a streamed disk the footer that completes it. */
  static VmdkHeader read(DiskFile file) throws IOException {
    VmdkHeader header = at(file, 0);
    if (header.directoryOffset != DIRECTORY_AT_END) {
      return header.checked(file);
    }
    VmdkHeader footer = at(file, file.size() - FOOTER_FROM_END);
    VmdkHeader expected = header.withDirectory(footer.directoryOffset, footer.overhead);
    if (!footer.equals(expected)) {
      throw file.damaged("the VMDK footer contradicts the header");
    }
    return footer.checked(file);
  }

  private static VmdkHeader at(DiskFile file, long offset) throws IOException {
    ByteBuffer header = file.read(offset, SECTOR, "VMDK header").order(ByteOrder.LITTLE_ENDIAN);
    if (!file.has(offset, MAGIC)) {
      throw file.damaged("no VMDK header at offset %d".formatted(offset));
    }
    int version = header.getInt(4);
    if (version < 1 || version > 3) {
      throw file.unsupported("VMDK version %s".formatted(Integer.toUnsignedString(version)));
    }
    // Bytes that a transfer in text mode would have changed.
    if (header.getInt(73) != 0x0a0d200a) {
      throw file.damaged("line ends in the VMDK header were converted");
    }
    int flags = header.getInt(8);
    int algorithm = header.getShort(77);
    if ((flags & COMPRESSED) != 0 && (algorithm != 1 || (flags & MARKERS) == 0)) {
      throw file.unsupported("VMDK compression %d without markers or deflate".formatted(algorithm));
    }
    if (header.getInt(44) != TABLE_ENTRIES) {
      throw file.unsupported(
          "VMDK grain tables that do not have %d entries".formatted(TABLE_ENTRIES));
    }
    return new VmdkHeader(
        flags,
        header.getLong(12),
        header.getLong(20),
        header.getLong(28),
        header.getLong(36),
        header.getLong(56),
        header.getLong(64));
  }

  private VmdkHeader withDirectory(long directory, long newOverhead) {
    return new VmdkHeader(
        flags, capacity, grainSectors, descriptorOffset, descriptorSectors, directory, newOverhead);
  }

  private VmdkHeader checked(DiskFile file) throws FlintException {
    if (capacity == 0) {
      // QEMU takes such a file's descriptor for a list of other files.
      throw file.refused("a VMDK header without capacity");
    }
    if (capacity < 0 || capacity > DiskFile.MAX_VIRTUAL_SIZE / SECTOR) {
      throw file.refused(
          "its capacity of %s sectors is over the limit of 64 TiB"
              .formatted(Long.toUnsignedString(capacity)));
    }
    if (Long.bitCount(grainSectors) != 1 || grainSectors < 1 || grainSectors > MAX_GRAIN_SECTORS) {
      throw file.unsupported(
          "VMDK grains of %s sectors".formatted(Long.toUnsignedString(grainSectors)));
    }
    requireSectors(file, descriptorOffset, "VMDK descriptor");
    requireSectors(file, descriptorSectors, "VMDK descriptor");
    requireSectors(file, directoryOffset, "grain directory");
    requireSectors(file, overhead, "VMDK overhead");
    return this;
  }

  private static void requireSectors(DiskFile file, long sectors, String what)
      throws FlintException {
    if (sectors < 0 || sectors > file.size() / SECTOR) {
      throw file.damaged(
          "%s at sector %s is outside the file".formatted(what, Long.toUnsignedString(sectors)));
    }
  }

  boolean compressed() {
    return (flags & COMPRESSED) != 0;
  }

  /** Whether the table entry 1 stands for a grain of zeros. */
  boolean hasZeroGrains() {
    return (flags & ZERO_GRAINS) != 0;
  }
}
