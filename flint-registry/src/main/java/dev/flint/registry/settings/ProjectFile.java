package dev.flint.registry.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file with a project's settings, {@code .flint/config.yaml}: of the nearest folder upwards
 * that has one, but not beyond a folder with {@code .git}, nor in the home of the user or above.
 *
 * @param isTrusted whether it is of those who may put files into the folder that is worked in: in
 *     {@code /tmp} anybody may leave one above the folders of others
 */
public record ProjectFile(Path path, boolean isTrusted) {
  /** Where it is, in the folder of the project. */
  public static final String NAME = ".flint/config.yaml";

  private static final Object ROOT = 0;

  /** Looks for it; a look costs two questions to the file system for each folder. */
  static Optional<ProjectFile> find(Path workingFolder, Path home) throws IOException {
    Path start = workingFolder.toAbsolutePath().normalize();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      Path file = folder.resolve(NAME);
      if (Files.isRegularFile(file)) {
        return Files.exists(home) && Files.isSameFile(folder, home)
            ? Optional.empty()
            : Optional.of(new ProjectFile(file, isTrusted(file, start)));
      }
      if (folder.equals(home) || Files.exists(folder.resolve(".git"))) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static boolean isTrusted(Path file, Path workingFolder) throws IOException {
    Object owner = owner(file);
    return owner.equals(ROOT)
        || owner.equals(owner(workingFolder))
        || owner.equals(owner(Path.of("/proc/self")));
  }

  private static Object owner(Path file) throws IOException {
    return Files.getAttribute(file, "unix:uid");
  }
}
