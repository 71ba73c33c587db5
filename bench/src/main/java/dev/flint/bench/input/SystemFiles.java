package dev.flint.bench.input;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Picks real files of this machine: parts of its JDK, Python packages and ELF libraries, each in
 * the order of their names. The same machine always gives the same files.
 */
final class SystemFiles {
  private static final Path LIBRARIES = Path.of("/usr/lib");
  private static final int JDK_PERCENT = 42;
  private static final int PYTHON_PERCENT = 26;

  /** Less room than this is not worth looking for a file that fits. */
  private static final long CRUMBS = 4096;

  private final List<Path> picked = new ArrayList<>();

  /** A file with several names is taken once, as disks seldom have the same bytes twice. */
  private final Set<Object> known = new HashSet<>();

  private SystemFiles() {}

  /** Files of nearly so many bytes together. */
  static List<Path> pick(long total) throws IOException {
    SystemFiles files = new SystemFiles();
    long left = total;
    left -= files.take(Path.of(System.getProperty("java.home"), "lib"), total * JDK_PERCENT / 100);
    long python = total * PYTHON_PERCENT / 100;
    for (Path folder : folders("python3*")) {
      long taken = files.take(folder, python);
      python -= taken;
      left -= taken;
    }
    List<Path> rest = new ArrayList<>(folders("*-linux-gnu"));
    rest.add(LIBRARIES);
    rest.add(Path.of("/usr/share"));
    for (Path folder : rest) {
      left -= files.take(folder, left);
    }
    return List.copyOf(files.picked);
  }

  private static List<Path> folders(String glob) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(LIBRARIES, glob)) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          found.add(entry);
        }
      }
    }
    return found.stream().sorted().toList();
  }

  private long take(Path folder, long budget) throws IOException {
    long left = budget;
    for (Found file : Found.under(folder.toRealPath())) {
      if (left < CRUMBS) {
        break;
      }
      if (file.size() <= left && known.add(file.key())) {
        picked.add(file.path());
        left -= file.size();
      }
    }
    return budget - left;
  }

  private record Found(Path path, long size, Object key) {
    static List<Found> under(Path folder) throws IOException {
      List<Found> all = new ArrayList<>();
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile() && Files.isReadable(file)) {
                all.add(new Found(file, attributes.size(), attributes.fileKey()));
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
              return FileVisitResult.CONTINUE;
            }
          });
      all.sort((a, b) -> a.path.compareTo(b.path));
      return all;
    }
  }
}
