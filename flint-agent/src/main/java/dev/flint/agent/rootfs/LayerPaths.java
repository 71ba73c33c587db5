package dev.flint.agent.rootfs;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.layer.TarNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Where names of a layer lead to in its folder, which nobody else writes. Links on the way, which
 * earlier entries of the layer have made, are followed as in a root file system of their own: none
 * leads out of the folder.
 */
final class LayerPaths {
  private static final int MAX_NAME = 4096;

  /** The kernel's own limit. */
  private static final int MAX_LINKS = 40;

  private final Path root;
  private final Parents parents;

  /** What to do where a folder is missing, or something else is in its place. */
  @FunctionalInterface
  interface Parents {
    /**
     * Makes a folder of what is at a path: nothing, or something that is neither that nor a link.
     */
    void makeFolder(Path path, @Nullable BasicFileAttributes present) throws IOException;
  }

  LayerPaths(Path root, Parents parents) {
    this.root = root;
    this.parents = parents;
  }

  /**
   * The place of an entry. Its parent is a folder, made if need be; it itself may be anything.
   *
   * @throws FlintException POLICY if the name leads outside
   */
  Path resolve(String name) throws IOException {
    Deque<String> rest = new ArrayDeque<>();
    push(name, rest);
    if (rest.contains("..")) {
      throw refused(name);
    }
    Path at = root;
    int links = 0;
    while (!rest.isEmpty()) {
      String piece = rest.pop();
      if (piece.equals("..")) {
        at = at.equals(root) ? root : parent(at);
        continue;
      }
      Path next = child(at, piece, name);
      if (rest.isEmpty()) {
        return next;
      }
      BasicFileAttributes attributes = attributes(next);
      if (attributes != null && attributes.isSymbolicLink()) {
        if (++links > MAX_LINKS) {
          throw refused(name);
        }
        String target = Files.readSymbolicLink(next).toString();
        push(target, rest);
        at = target.startsWith("/") ? root : at;
        continue;
      }
      if (attributes == null || !attributes.isDirectory()) {
        parents.makeFolder(next, attributes);
      }
      at = next;
    }
    // Nothing but dots, or a link to such on the way.
    return at;
  }

  static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Puts the pieces of a name before what is left of another. */
  private static void push(String name, Deque<String> rest) throws FlintException {
    if (name.isEmpty() || name.length() > MAX_NAME || name.indexOf('\0') >= 0) {
      throw refused(name);
    }
    String[] pieces = name.split("/", -1);
    for (int i = pieces.length - 1; i >= 0; i--) {
      if (!pieces[i].isEmpty() && !pieces[i].equals(".")) {
        rest.push(pieces[i]);
      }
    }
  }

  private static Path child(Path folder, String piece, String name) throws FlintException {
    try {
      return folder.resolve(piece);
    } catch (InvalidPathException e) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "this process cannot say the name \"" + TarNames.shorten(name) + "\" of the layer",
          "run it with LC_ALL=C.UTF-8",
          e);
    }
  }

  private Path parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? root : parent;
  }

  private static FlintException refused(String name) {
    return new FlintException(
        ErrorCode.POLICY,
        "the layer holds \"" + TarNames.shorten(name) + "\", a name that leads nowhere safe");
  }
}
