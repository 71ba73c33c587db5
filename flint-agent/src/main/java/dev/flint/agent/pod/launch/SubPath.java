package dev.flint.agent.pod.launch;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * A part of a volume. Containers may write in volumes, so what they left there must not lead out of
 * it: nothing on the way may be a link.
 */
final class SubPath {
  /** Permissions, and setgid. */
  private static final int MODE_BITS = 02777;

  private SubPath() {}

  /**
   * The part; a folder is made where nothing is, as the kubelet does.
   *
   * @throws FlintException POLICY if there is a link on the way
   */
  static Path resolve(Path volume, String subPath) throws IOException {
    if (subPath.isEmpty()) {
      return volume;
    }
    Path at = volume;
    for (Path part : Path.of(subPath)) {
      String name = part.toString();
      if (name.equals("..")) {
        throw new IllegalArgumentException("leaves its volume: " + subPath);
      }
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      at = at.resolve(part);
      if (Files.isSymbolicLink(at)) {
        throw new FlintException(
            ErrorCode.POLICY, "subPath \"" + subPath + "\" leads through a link, which may leave");
      }
      if (!Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(at);
        // Who may write in the volume may in its parts. No link that took its place is followed.
        Files.setAttribute(at, "unix:mode", mode(volume), LinkOption.NOFOLLOW_LINKS);
      }
    }
    return at;
  }

  /** Its group is that of what is made in it, if it says so. */
  private static int mode(Path volume) throws IOException {
    return (int) Files.getAttribute(volume, "unix:mode") & MODE_BITS;
  }

  /** The part of a volume that only Flint writes: its links lead to its own present files. */
  static Path inFiles(Path volume, String subPath) throws IOException {
    Path root = volume.toRealPath();
    Path part = root.resolve(subPath);
    if (!Files.exists(part) || !part.toRealPath().startsWith(root)) {
      throw new FlintException(
          ErrorCode.NOT_FOUND, "subPath \"" + subPath + "\" is not in its volume");
    }
    return part.toRealPath();
  }
}
