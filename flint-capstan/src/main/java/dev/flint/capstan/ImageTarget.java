package dev.flint.capstan;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The directory an image is to be published at.
 *
 * @param name the image
 * @param directory its directory in the repository
 * @param force whether an image that is there is replaced
 */
record ImageTarget(CapstanName name, Path directory, boolean force) {

  boolean isFree() {
    return !Files.exists(directory, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Throws unless the target is free or may be replaced, and reached without a link.
   *
   * @return whether it is free. Asking again could find it taken, by somebody who was faster, and
   *     would then not know whether that may be replaced
   */
  boolean check() throws IOException {
    requireDirectoryOrNothing(namespace());
    if (isFree()) {
      return true;
    }
    requireDirectoryOrNothing(directory);
    if (!force) {
      throw new FlintException(
          ErrorCode.LOCAL_IO,
          "cannot write " + name + ": " + directory + " exists",
          "replace it with --force");
    }
    try {
      for (Path entry : Entries.of(directory)) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          throw new FlintException(
              ErrorCode.LOCAL_IO,
              "cannot replace " + name + ": " + directory + " also holds other images",
              "choose another name");
        }
      }
    } catch (NoSuchFileException e) {
      // Another writer took it away just now.
      return true;
    }
    return false;
  }

  /** The directory that holds the image directory: the repository, or a namespace in it. */
  Path namespace() {
    return directory.resolveSibling("").normalize();
  }

  /** Throws if the path is a link or anything but a directory. */
  static void requireDirectoryOrNothing(Path path) throws FlintException {
    if (Files.isSymbolicLink(path)) {
      throw new FlintException(
          ErrorCode.POLICY,
          "refusing to write through the link " + path,
          "remove the link or choose another name");
    }
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new FlintException(
          ErrorCode.LOCAL_IO, path + " is in the way: it is not a directory", "remove it");
    }
  }
}
