package dev.flint.oci.layer;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Copies a tar that was made here, without some of its folders. */
public final class TarFilter {
  private TarFilter() {}

  /**
   * Copies; nothing is closed.
   *
   * @param folders tells by their names, without slashes at either end, those that are left out
   * @throws FlintException INTEGRITY if it is no tar
   */
  public static void copyWithout(Predicate<String> folders, InputStream in, OutputStream out)
      throws IOException {
    TarArchiveInputStream from = new TarArchiveInputStream(in, "UTF-8");
    TarArchiveOutputStream to = new TarArchiveOutputStream(out, TarBlocks.BLOCK, "UTF-8");
    to.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    to.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    try {
      for (TarArchiveEntry entry = from.getNextEntry();
          entry != null;
          entry = from.getNextEntry()) {
        if (entry.isDirectory() && folders.test(plain(entry.getName()))) {
          continue;
        }
        to.putArchiveEntry(entry);
        from.transferTo(to);
        to.closeArchiveEntry();
      }
    } catch (IllegalArgumentException e) {
      throw new IntegrityException("what should be a tar is none: " + e.getMessage());
    }
    to.finish();
    to.flush();
  }

  private static String plain(String name) {
    return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
  }
}
