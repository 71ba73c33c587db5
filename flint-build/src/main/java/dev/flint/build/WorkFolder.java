package dev.flint.build;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Folders for files that are not kept.
 *
 * @param parent where they take their room
 */
record WorkFolder(Path parent) {
  /** What needs a folder. */
  @FunctionalInterface
  interface Use {
    VariantBuilder.Stored in(Path folder) throws IOException;
  }

  /** Does something with an empty folder, and removes that with all that is in it. */
  VariantBuilder.Stored with(Use use) throws IOException {
    Files.createDirectories(parent);
    Path folder = Files.createTempDirectory(parent, "work");
    try {
      return use.in(folder);
    } finally {
      remove(folder);
    }
  }

  private static void remove(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
