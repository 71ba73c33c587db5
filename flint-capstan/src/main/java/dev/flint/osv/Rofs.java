package dev.flint.osv;

/** Numbers of OSv's read-only file system (fs/rofs/rofs.hh in OSv). All are little-endian. */
final class Rofs {
  static final int BLOCK = 512;
  static final long MAGIC = 0xDEADBEADL;
  static final long VERSION = 1;

  /** Modes: the type only. */
  static final long FOLDER = 0x4000;

  static final long FILE = 0x8000;
  static final long LINK = 0xA000;

  /** Bytes of an inode: mode, number, start, count. */
  static final int INODE = 4 * Long.BYTES;

  /** Bytes of an entry without its name: inode number, length of the name. */
  static final int ENTRY = Long.BYTES + Short.BYTES;

  private Rofs() {}
}
