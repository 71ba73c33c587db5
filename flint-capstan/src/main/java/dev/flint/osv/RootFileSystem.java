package dev.flint.osv;

import dev.flint.oci.disk.GuestBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The file system that a disk laid out as OSv's has its root on. */
public enum RootFileSystem {
  /** OSv's own, which is only read. */
  ROFS,
  /** OSv's usual one for disks that are written to. */
  ZFS,
  /** Ext2, 3 or 4. */
  EXT,
  /** None on the disk: all files are in the kernel. */
  RAMFS,
  /** None that is known. */
  UNKNOWN;

  private static final int SECTOR = 512;

  private static final long ROFS_MAGIC = 0xdeadbeadL;
  private static final int EXT_AT = 0x438;
  private static final short EXT_MAGIC = (short) 0xef53;

  /** The first label's ring of uberblocks (ZFS on-disk specification, 1.3). */
  private static final int UBERBLOCKS_AT = 128 << 10;

  private static final int UBERBLOCKS = 128 << 10;
  private static final int UBERBLOCK = 1 << 10;
  private static final long ZFS_MAGIC = 0x00bab10cL;

  /**
   * Looks at the partition that holds it.
   *
   * @param guest the disk's content as the guest sees it, with a boot sector
   * @throws IOException if the disk cannot be read
   */
  public static RootFileSystem read(GuestBytes guest) throws IOException {
    PartitionEntry partition = PartitionEntry.read(at(guest, 0, SECTOR), PartitionEntry.DATA_AT);
    if (!partition.isUsed()) {
      return RAMFS;
    }
    long start = partition.start();
    ByteBuffer head = at(guest, start, EXT_AT + Short.BYTES);
    if (head.getLong(0) == ROFS_MAGIC) {
      return ROFS;
    }
    if (head.getShort(EXT_AT) == EXT_MAGIC) {
      return EXT;
    }
    ByteBuffer ring = at(guest, start + UBERBLOCKS_AT, UBERBLOCKS);
    for (int i = 0; i < UBERBLOCKS; i += UBERBLOCK) {
      long magic = ring.getLong(i);
      if (magic == ZFS_MAGIC || Long.reverseBytes(magic) == ZFS_MAGIC) {
        return ZFS;
      }
    }
    return UNKNOWN;
  }

  /** What lies past the disk's end is zero. */
  private static ByteBuffer at(GuestBytes guest, long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    guest.read(offset, bytes);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
