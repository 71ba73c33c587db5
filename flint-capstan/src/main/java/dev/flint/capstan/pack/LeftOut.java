package dev.flint.capstan.pack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/** Files of the host that get onto no disk, by whatever links they are named. */
record LeftOut(Set<Path> files) {
  LeftOut {
    files = Set.copyOf(files);
  }

  /**
   * Tells which paths of a tree are such files.
   *
   * @param path of the folder in the tree, empty for its root
   */
  Predicate<String> in(String path, Path folder) throws IOException {
    if (files.isEmpty()) {
      return at -> false;
    }
    Set<Path> real = new HashSet<>();
    for (Path file : files) {
      real.add(real(file.toAbsolutePath()));
    }
    Path realFolder = folder.toRealPath();
    int prefix = path.isEmpty() ? 0 : path.length() + 1;
    return at -> real.contains(realFolder.resolve(at.substring(prefix)));
  }

  /** Links on the way are followed, the last name is not: that is what is replaced. */
  private static Path real(Path file) {
    Path normal = file.normalize();
    Path folder = normal.getParent();
    if (folder == null) {
      return normal;
    }
    try {
      return folder.toRealPath().resolve(normal.getFileName());
    } catch (IOException e) {
      // Where there is no folder, nothing is in it.
      return normal;
    }
  }
}
