package dev.flint.oci.foreignimage;

import java.util.Locale;

/** Names that a disk is given as an artifact, such as {@code machine.x86_64.qcow2.zst}. */
final class DiskTitles {
  private DiskTitles() {}

  static boolean isDisk(String title) {
    return title
        .toLowerCase(Locale.ROOT)
        .matches(".{1,200}\\.(qcow2|raw|img|vhdx|vhd|vmdk|vdi|iso)(\\.(zst|gz|bz2|xz))?");
  }
}
