package dev.flint.oci.disk;

import java.util.List;
import java.util.Locale;

/** Which names are those of disks. What a disk is, only its content tells. */
public final class DiskNames {
  /** What the published agent, Capstan, KubeVirt and people call disks. */
  private static final List<String> SUFFIXES =
      List.of(".qemu", ".qcow2", ".raw", ".img", ".vbox", ".vdi", ".vmw", ".vmware", ".vmdk");

  private DiskNames() {}

  /** The suffixes of disks, for people. */
  public static String suffixes() {
    return String.join(", ", SUFFIXES);
  }

  /** Whether a name has the suffix of a disk. */
  public static boolean isDisk(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return SUFFIXES.stream().anyMatch(lower::endsWith);
  }
}
