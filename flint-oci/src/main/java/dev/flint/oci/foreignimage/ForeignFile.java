package dev.flint.oci.foreignimage;

import dev.flint.oci.Descriptor;
import dev.flint.oci.disk.FileRole;

/** Where a file is in a foreign image. */
public sealed interface ForeignFile {
  /** What it is for. */
  FileRole role();

  /** How people are told where it is. */
  String place();

  /**
   * A file of the root file system that the layers make together.
   *
   * @param path without a slash at either end
   */
  record AtPath(FileRole role, String path) implements ForeignFile {
    @Override
    public String place() {
      return "/" + path;
    }
  }

  /**
   * The only file in a folder of the root file system.
   *
   * @param folder without a slash at either end
   */
  record AloneIn(FileRole role, String folder) implements ForeignFile {
    @Override
    public String place() {
      return "/" + folder + "/*";
    }
  }

  /**
   * A blob that is the file.
   *
   * @param packed whether it may be compressed, which its bytes tell
   */
  record WholeBlob(FileRole role, Descriptor blob, boolean packed) implements ForeignFile {
    @Override
    public String place() {
      return "blob " + blob.digest().abbreviated();
    }
  }
}
