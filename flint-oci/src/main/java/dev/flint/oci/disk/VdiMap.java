package dev.flint.oci.disk;

import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The block map of a VirtualBox disk image, version 1.1, that stands alone: one table of 32-bit
 * block numbers. Field offsets are those of VirtualBox's VDICore.h, all little-endian.
 */
final class VdiMap implements BlockMap {
  /** 0xbeda107f, little-endian, at {@link #MAGIC_OFFSET}. */
  static final byte[] MAGIC = {0x7f, 0x10, (byte) 0xda, (byte) 0xbe};

  static final int MAGIC_OFFSET = 64;

  private static final int HEADER_LENGTH = 512;
  private static final int VERSION_1_1 = 0x00010001;
  private static final int DYNAMIC = 1;
  private static final int STATIC = 2;
  private static final int UNDO = 3;
  private static final int DIFFERENCING = 4;
  private static final int BLOCK = 1 << 20;
  private static final long UNALLOCATED = 0xffff_ffffL;
  private static final long DISCARDED = 0xffff_fffeL;

  private final DiskFile file;
  private final PagedTable map;
  private final long mapOffset;
  private final long dataOffset;
  private final long virtualSize;

  VdiMap(DiskFile file) throws IOException {
    this.file = file;
    this.map = new PagedTable(file, ByteOrder.LITTLE_ENDIAN, "block map");
    ByteBuffer header = file.read(0, HEADER_LENGTH, "VDI header").order(ByteOrder.LITTLE_ENDIAN);
    checkKind(header);
    mapOffset = Integer.toUnsignedLong(header.getInt(0x154));
    dataOffset = Integer.toUnsignedLong(header.getInt(0x158));
    virtualSize = header.getLong(0x170);
    checkLayout(Integer.toUnsignedLong(header.getInt(0x180)));
  }

  private void checkKind(ByteBuffer header) throws FlintException {
    int version = header.getInt(0x44);
    if (version != VERSION_1_1) {
      throw file.unsupported("VDI version %d.%d".formatted(version >>> 16, version & 0xffff));
    }
    int type = header.getInt(0x4c);
    boolean linked =
        (header.getLong(0x1a8)
                | header.getLong(0x1b0)
                | header.getLong(0x1b8)
                | header.getLong(0x1c0))
            != 0;
    if (type == UNDO || type == DIFFERENCING || linked) {
      throw file.refused("it is a differencing disk, which names another by its UUID");
    }
    if (type != DYNAMIC && type != STATIC) {
      throw file.unsupported("VDI type %s".formatted(Integer.toUnsignedString(type)));
    }
    if (header.getInt(0x178) != BLOCK || header.getInt(0x17c) != 0) {
      throw file.unsupported("VDI blocks that are not exactly 1 MiB");
    }
  }

  private void checkLayout(long blocks) throws FlintException {
    file.requireVirtualSize(virtualSize);
    if (blocks < blocks()) {
      throw file.damaged("%d blocks, but its size needs %d".formatted(blocks, blocks()));
    }
    long mapEnd = mapOffset + blocks * Integer.BYTES;
    // Data that overlapped the map would let a guest rewrite it.
    if (mapOffset < HEADER_LENGTH
        || mapOffset % 512 != 0
        || dataOffset % 512 != 0
        || dataOffset < mapEnd) {
      throw file.damaged("block map at %d and data at %d overlap".formatted(mapOffset, dataOffset));
    }
    file.requireInside(mapOffset, blocks * Integer.BYTES, "block map");
  }

  @Override
  public long virtualSize() {
    return virtualSize;
  }

  @Override
  public int blockSize() {
    return BLOCK;
  }

  @Override
  public int blocksPerTable() {
    return 1 << 14;
  }

  @Override
  public long tableSize() {
    return 0;
  }

  @Override
  public boolean hasTable(long table) {
    return true;
  }

  @Override
  public Place place(long block) throws IOException {
    long number = map.u32(mapOffset, block);
    if (number == UNALLOCATED || number == DISCARDED) {
      return Place.ZERO;
    }
    long offset = dataOffset + number * BLOCK;
    file.requireInside(offset, visible(block), "data block");
    return new Place.Stored(offset);
  }
}
