package dev.flint.oci.backend;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Linux kernels in the forms that boot loaders take: bzImage (Linux,
 * Documentation/arch/x86/boot.rst) and the Image of arm64 (Documentation/arch/arm64/booting.rst).
 */
final class LinuxImageProbe {
  private static final int HDRS_AT = 0x202;
  private static final int ARM64_MAGIC_AT = 56;
  private static final int SECTOR = 512;

  private LinuxImageProbe() {}

  static boolean isBzImage(FileBytes file) throws IOException {
    return file.has(0x1fe, 0x55, 0xaa) && file.has(HDRS_AT, 'H', 'd', 'r', 'S');
  }

  static boolean isArm64Image(FileBytes file) throws IOException {
    return file.has(ARM64_MAGIC_AT, 'A', 'R', 'M', 0x64);
  }

  /** Refuses a kernel that is shorter than its own header says. */
  static FileContent probeBzImage(FileBytes file) throws IOException {
    ByteBuffer header = file.read(0x1f1, 0x17, "setup header");
    int setupSectors = Byte.toUnsignedInt(header.get(0));
    long sysSize = Integer.toUnsignedLong(header.getInt(3)) * 16;
    // 0 means 4, for boot loaders of long ago.
    long setup = (long) ((setupSectors == 0 ? 4 : setupSectors) + 1) * SECTOR;
    file.require(setup, sysSize, "the kernel behind its header");
    return FileContent.LINUX_BZIMAGE;
  }
}
