package dev.flint.registry.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file with a project's settings, {@code .flint/config.yaml}: of the nearest folder upwards
 * that has one, but not beyond a folder with {@code .git}, nor in the home of the user or above.
 *
 * @param distrust why it is not used; empty if it is. A link out of the project would show what a
 *     clone's reader has elsewhere, and in {@code /tmp} anybody may leave a file above the folders
 *     of others.
 */
public record ProjectFile(Path path, String distrust) {
  /** Where it is, in the folder of the project. */
  public static final String NAME = ".flint/config.yaml";

  private static final Object ROOT = 0;

  /** Whether it is within the project, and of those who may put files into it. */
  public boolean isTrusted() {
    return distrust.isEmpty();
  }

  /** Looks for it; a look costs two questions to the file system for each folder. */
  static Optional<ProjectFile> find(Path workingFolder, Path home) throws IOException {
    Path start = workingFolder.toAbsolutePath().normalize();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      Path file = folder.resolve(NAME);
      if (Files.isRegularFile(file)) {
        return Files.exists(home) && Files.isSameFile(folder, home)
            ? Optional.empty()
            : Optional.of(new ProjectFile(file, distrust(file, folder, start)));
      }
      if (folder.equals(home) || Files.exists(folder.resolve(".git"))) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** Whether a file, all links followed, is within a folder. */
  static boolean isWithin(Path file, Path folder) throws IOException {
    return file.toRealPath().startsWith(folder.toRealPath());
  }

  private static String distrust(Path file, Path folder, Path workingFolder) throws IOException {
    if (!isWithin(file, folder)) {
      return "it is a link that leads out of the project";
    }
    return isOfFriend(file, workingFolder) ? "" : "it belongs to another user";
  }

  private static boolean isOfFriend(Path file, Path workingFolder) throws IOException {
    Object owner = owner(file);
    return owner.equals(ROOT)
        || owner.equals(owner(workingFolder))
        || owner.equals(owner(Path.of("/proc/self")));
  }

  private static Object owner(Path file) throws IOException {
    return Files.getAttribute(file, "unix:uid");
  }
}
