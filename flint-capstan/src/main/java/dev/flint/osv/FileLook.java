package dev.flint.osv;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * What tells whether a file of the host is still the one that it was. Numbers only, as there is one
 * for each file of a disk.
 *
 * @param size in bytes
 * @param modified when its content was changed, in nanoseconds
 * @param changed when anything of it was changed, which no program can set, in nanoseconds
 * @param inode its number
 */
record FileLook(long size, long modified, long changed, long inode) {
  /**
   * Looks at a file; a link in its place is not followed.
   *
   * @throws FlintException LOCAL_IO if it is no regular file any more
   */
  static FileLook at(Path path) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(
            path, "unix:isRegularFile,size,lastModifiedTime,ctime,ino", LinkOption.NOFOLLOW_LINKS);
    if (!Boolean.TRUE.equals(attributes.get("isRegularFile"))) {
      throw new FlintException(ErrorCode.LOCAL_IO, path + " is no regular file any more");
    }
    return new FileLook(
        (Long) value(attributes, "size"),
        nanoseconds(attributes, "lastModifiedTime"),
        nanoseconds(attributes, "ctime"),
        (Long) value(attributes, "ino"));
  }

  private static long nanoseconds(Map<String, Object> attributes, String name) {
    return ((FileTime) value(attributes, name)).to(TimeUnit.NANOSECONDS);
  }

  private static Object value(Map<String, Object> attributes, String name) {
    return Objects.requireNonNull(attributes.get(name), name);
  }
}
