package dev.flint.oci.disk;

import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The header of a qcow2 file that stands alone and is whole. Field offsets and feature bits are
 * those of QEMU's docs/interop/qcow2.txt.
 */
record Qcow2Header(
    int version,
    int clusterBits,
    long virtualSize,
    long l1Offset,
    int l1Entries,
    BlockCodec codec) {
  static final byte[] MAGIC = {'Q', 'F', 'I', (byte) 0xfb};

  private static final int V2_LENGTH = 72;
  private static final int V3_LENGTH = 104;
  private static final long DIRTY = 1;
  private static final long CORRUPT = 1 << 1;
  private static final long DATA_FILE = 1 << 2;
  static final long COMPRESSION_TYPE = 1 << 3;
  private static final long EXTENDED_L2 = 1 << 4;
  private static final long KNOWN = DIRTY | CORRUPT | DATA_FILE | COMPRESSION_TYPE | EXTENDED_L2;

  /** The compression type of zstd; that of deflate is 0. */
  static final byte ZSTD_TYPE = 1;

  // QEMU's own limits for the two tables.
  static final int MAX_L1_BYTES = 32 << 20;
  static final int MAX_REFCOUNT_TABLE_BYTES = 8 << 20;

  /** Reads and judges a header; what names other files is refused before anything else. */
  static Qcow2Header read(DiskFile file) throws IOException {
    ByteBuffer fixed = file.read(0, V2_LENGTH, "qcow2 header");
    int version = fixed.getInt(4);
    if (version != 2 && version != 3) {
      throw file.unsupported("qcow2 version %s".formatted(Integer.toUnsignedString(version)));
    }
    if (fixed.getLong(8) != 0 || fixed.getInt(16) != 0) {
      throw file.refused("it has a backing file");
    }
    int clusterBits = fixed.getInt(20);
    if (clusterBits < 9 || clusterBits > 21) {
      throw file.damaged("cluster bits %d are not in 9 to 21".formatted(clusterBits));
    }
    int clusterSize = 1 << clusterBits;
    int length = version == 2 ? V2_LENGTH : v3Length(file, clusterSize);
    ByteBuffer header = file.read(0, length, "qcow2 header");
    long features = version == 2 ? 0 : header.getLong(72);
    if ((features & DATA_FILE) != 0) {
      throw file.refused("its data is in an external file");
    }
    Qcow2Extensions.check(file, length, clusterSize);
    checkFeatures(file, header, features);
    BlockCodec codec = codec(file, header, (features & COMPRESSION_TYPE) != 0);
    if (version == 3 && Integer.compareUnsigned(header.getInt(96), 6) > 0) {
      throw file.damaged("the refcount order is over 6");
    }
    long virtualSize = header.getLong(24);
    file.requireVirtualSize(virtualSize);
    if (virtualSize % 512 != 0) {
      throw file.unsupported("its virtual size is not a multiple of 512");
    }
    checkTable(file, header.getLong(48), unsigned(header, 56) << clusterBits, clusterSize);
    int l1Entries = l1Entries(file, unsigned(header, 36), virtualSize, clusterBits);
    long l1Offset = header.getLong(40);
    if (l1Offset % clusterSize != 0) {
      throw file.damaged("the L1 table is not at a cluster boundary");
    }
    file.requireInside(l1Offset, (long) l1Entries * Long.BYTES, "L1 table");
    return new Qcow2Header(version, clusterBits, virtualSize, l1Offset, l1Entries, codec);
  }

  private static int v3Length(DiskFile file, int clusterSize) throws IOException {
    long length = unsigned(file.read(0, V3_LENGTH, "qcow2 header"), 100);
    if (length < V3_LENGTH || length % 8 != 0 || length > clusterSize) {
      throw file.damaged("qcow2 header length %d".formatted(length));
    }
    return (int) length;
  }

  private static void checkFeatures(DiskFile file, ByteBuffer header, long features)
      throws FlintException {
    if (header.getInt(32) != 0) {
      throw file.unsupported("it is encrypted");
    }
    if (header.getInt(60) != 0) {
      throw file.unsupported("it holds internal snapshots");
    }
    if ((features & ~KNOWN) != 0) {
      throw file.unsupported("unknown qcow2 features 0x%x".formatted(features & ~KNOWN));
    }
    if ((features & EXTENDED_L2) != 0) {
      throw file.unsupported("extended L2 entries");
    }
    if ((features & (DIRTY | CORRUPT)) != 0) {
      String state = (features & CORRUPT) != 0 ? "corrupt" : "in use or not closed cleanly";
      throw file.damaged("it is marked " + state, "try to repair it: qemu-img check -r all FILE");
    }
  }

  private static BlockCodec codec(DiskFile file, ByteBuffer header, boolean declared)
      throws FlintException {
    int type = header.capacity() > V3_LENGTH ? Byte.toUnsignedInt(header.get(V3_LENGTH)) : 0;
    for (int i = V3_LENGTH + 1; i < header.capacity(); i++) {
      if (header.get(i) != 0) {
        throw file.unsupported("unknown field at %d of the qcow2 header".formatted(i));
      }
    }
    if (declared != (type != 0)) {
      throw file.damaged("compression type %d contradicts the feature bits".formatted(type));
    }
    return switch (type) {
      case 0 -> BlockCodec.DEFLATE;
      case ZSTD_TYPE -> BlockCodec.ZSTD;
      default -> throw file.unsupported("compression type %d".formatted(type));
    };
  }

  private static void checkTable(DiskFile file, long offset, long bytes, int clusterSize)
      throws FlintException {
    if (bytes == 0 || bytes > MAX_REFCOUNT_TABLE_BYTES) {
      throw file.damaged("a refcount table of %d bytes".formatted(bytes));
    }
    if (offset == 0 || offset % clusterSize != 0) {
      throw file.damaged("the refcount table is not at a cluster boundary");
    }
    file.requireInside(offset, bytes, "refcount table");
  }

  private static int l1Entries(DiskFile file, long entries, long virtualSize, int clusterBits)
      throws FlintException {
    // An L2 table is one cluster of entries of eight bytes.
    long needed = BlockMap.ceilDiv(virtualSize, 1L << (clusterBits + clusterBits - 3));
    if (entries < needed) {
      throw file.damaged("%d L1 entries, but its size needs %d".formatted(entries, needed));
    }
    if (entries > needed) {
      throw file.unsupported(
          "%d L1 entries, but its size needs only %d".formatted(entries, needed));
    }
    if (entries * Long.BYTES > MAX_L1_BYTES) {
      throw file.refused(
          "an L1 table of %d bytes is over the limit".formatted(entries * Long.BYTES));
    }
    return (int) entries;
  }

  private static long unsigned(ByteBuffer header, int offset) {
    return Integer.toUnsignedLong(header.getInt(offset));
  }
}
