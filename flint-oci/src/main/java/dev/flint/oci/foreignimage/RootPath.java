package dev.flint.oci.foreignimage;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.layer.TarNames;

/** Paths that an image names within its own root file system. */
final class RootPath {
  private RootPath() {}

  /**
   * The path without a slash at either end.
   *
   * @param where the key that names it, for the message
   * @throws FlintException POLICY if it could lead outside
   */
  static String of(String path, String where) throws FlintException {
    String relative = path.replaceFirst("^(\\.?/)+", "");
    if (!TarNames.isSafe(relative)) {
      throw new FlintException(
          ErrorCode.POLICY,
          where + " of the image is an unsafe path: \"" + TarNames.shorten(path) + "\"");
    }
    return relative;
  }
}
