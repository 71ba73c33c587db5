package dev.flint.osv;

import java.nio.ByteBuffer;

/**
 * A primary entry of a partition table.
 *
 * @param type 0 for one that is not used
 * @param start in bytes, a multiple of 512
 * @param length in bytes, a multiple of 512
 */
public record PartitionEntry(int type, long start, long length) {
  /** Where the table is in the boot sector. */
  public static final int TABLE_AT = 0x1be;

  /** Bytes of an entry. */
  public static final int BYTES = 16;

  /** Where entry 2 is, by which OSv has its root. */
  public static final int DATA_AT = TABLE_AT + BYTES;

  /** What OSv's tools write for whatever file system it is. */
  public static final int LINUX = 0x83;

  private static final int SECTOR = 512;
  private static final int HEADS = 255;
  private static final int SECTORS = 63;
  private static final int MAX_CYLINDER = 1023;

  /** The most bytes that an entry can speak of. */
  public static final long MAX_END = 0xffffffffL * SECTOR;

  /**
   * Reads one.
   *
   * @param boot the boot sector, little-endian
   */
  public static PartitionEntry read(ByteBuffer boot, int at) {
    return new PartitionEntry(
        Byte.toUnsignedInt(boot.get(at + 4)),
        Integer.toUnsignedLong(boot.getInt(at + 8)) * SECTOR,
        Integer.toUnsignedLong(boot.getInt(at + 12)) * SECTOR);
  }

  /** Whether there is a partition. */
  public boolean isUsed() {
    return type != 0 && length > 0;
  }

  /**
   * Writes the entry with its places as cylinder, head and sector too: OSv passes over one without.
   *
   * @param boot little-endian
   */
  public void write(ByteBuffer boot, int at) {
    boot.put(at, (byte) 0);
    putPlace(boot, at + 1, start / SECTOR);
    boot.put(at + 4, (byte) type);
    putPlace(boot, at + 5, (start + length) / SECTOR - 1);
    boot.putInt(at + 8, (int) (start / SECTOR));
    boot.putInt(at + 12, (int) (length / SECTOR));
  }

  private static void putPlace(ByteBuffer boot, int at, long sector) {
    long cylinder = sector / SECTORS / HEADS;
    int head = (int) (sector / SECTORS % HEADS);
    int within = (int) (sector % SECTORS) + 1;
    if (cylinder > MAX_CYLINDER) {
      cylinder = MAX_CYLINDER;
      head = HEADS - 1;
      within = SECTORS;
    }
    boot.put(at, (byte) head);
    boot.put(at + 1, (byte) (within | (cylinder >> 2 & 0xc0)));
    boot.put(at + 2, (byte) cylinder);
  }
}
