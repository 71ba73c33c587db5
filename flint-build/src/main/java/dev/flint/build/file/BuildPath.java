package dev.flint.build.file;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * Paths of the host in a build file. A relative one stays in the build's folder, also by way of
 * links: what is there may come from many hands. An absolute one is taken at its word, as it can
 * only be meant, and is there for everyone to read.
 */
public final class BuildPath {
  private BuildPath() {}

  /**
   * Finds what a path names.
   *
   * @return it without any links
   * @throws FlintException NOT_FOUND if there is nothing, USAGE for what is no path, POLICY if a
   *     relative path leaves the folder
   */
  public static Path resolve(Path folder, String text) throws IOException {
    Path path;
    try {
      path = Path.of(text);
    } catch (InvalidPathException e) {
      throw new FlintException(ErrorCode.USAGE, "not a path: \"" + text + "\"", e);
    }
    Path root = folder.toRealPath();
    Path real;
    try {
      real = root.resolve(path).toRealPath();
    } catch (NoSuchFileException e) {
      throw new FlintException(
          ErrorCode.NOT_FOUND,
          "there is no " + text + (path.isAbsolute() ? "" : " in " + folder),
          "",
          e);
    }
    if (!path.isAbsolute() && !real.startsWith(root)) {
      throw new FlintException(
          ErrorCode.POLICY,
          "refused " + text + ": it is outside of the build's folder, at " + real,
          "if you mean it, write the absolute path");
    }
    return real;
  }

  /**
   * What a path may not leave that somebody other than the build file names, such as a link or a
   * jar: the build's folder, or if it starts outside of that, where it starts.
   *
   * @param start without any links
   */
  public static Path enclosure(Path folder, Path start) throws IOException {
    Path root = folder.toRealPath();
    return start.startsWith(root) ? root : start;
  }

  /** Tells the user of sources that may be anywhere, in lines. */
  public static List<String> notes(Collection<String> sources) {
    return sources.stream()
        .filter(BuildPath::isAbsolute)
        .distinct()
        .map(source -> source + " is taken from outside of the build's folder")
        .toList();
  }

  /** Whether a path was given as one that may be anywhere. */
  public static boolean isAbsolute(String text) {
    return text.startsWith("/");
  }
}
