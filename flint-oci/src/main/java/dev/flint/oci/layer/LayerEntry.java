package dev.flint.oci.layer;

import dev.flint.oci.disk.FileRole;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/** Which tar entries of a layer are harmless, and which of those is the file it was made for. */
final class LayerEntry {
  private LayerEntry() {}

  static boolean is(FileRole role, TarArchiveEntry entry) {
    return entry.isFile() && role.isEntry(entry.getName());
  }

  /**
   * Refuses entries that a careless reader could be led astray by. Flint itself never makes a path
   * of a name in a layer, but an image that has such a name is not passed on as good.
   */
  static void check(TarArchiveEntry entry) throws FlintException {
    String name = entry.getName();
    if (!entry.isCheckSumOK()) {
      throw new IntegrityException(
          "the layer's tar has a damaged header: \"" + TarNames.shorten(name) + "\"");
    }
    if (!TarNames.isSafe(name) || (entry.isFile() && (name.equals(".") || name.endsWith("/.")))) {
      throw new FlintException(
          ErrorCode.POLICY,
          "the layer has an entry with an unsafe name: \"" + TarNames.shorten(name) + "\"");
    }
    // By the flag alone: a link or device whose name ends in a slash also calls itself a folder.
    boolean plain =
        switch (entry.getLinkFlag()) {
          case TarArchiveEntry.LF_NORMAL, TarArchiveEntry.LF_OLDNORM, TarArchiveEntry.LF_DIR ->
              true;
          default -> false;
        };
    if (!plain || entry.isSparse()) {
      throw new FlintException(
          ErrorCode.POLICY,
          "the layer has an entry that is neither a file nor a folder: \""
              + TarNames.shorten(name)
              + "\"");
    }
    String base = name.substring(name.lastIndexOf('/') + 1);
    if (base.startsWith(".wh.")) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED, "the layer has a whiteout, a disk image has none: " + name);
    }
  }
}
