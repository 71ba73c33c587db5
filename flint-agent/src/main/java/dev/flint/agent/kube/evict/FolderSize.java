package dev.flint.agent.kube.evict;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes the files of a folder have, but for what is very deep in it; links are not
 * followed. For one walk.
 */
final class FolderSize extends SimpleFileVisitor<Path> {
  /** Each level of the way to a file is an open folder, and who made them may be hostile. */
  private static final int DEEPEST = 64;

  private long bytes;

  private FolderSize() {}

  /** Of a folder, as far as it can be read; 0 if it is not there. */
  static long of(Path folder) {
    FolderSize size = new FolderSize();
    try {
      Files.walkFileTree(folder, Set.of(), DEEPEST, size);
    } catch (IOException e) {
      // What was counted so far counts.
    }
    return size.bytes;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    bytes += attributes.isRegularFile() ? attributes.size() : 0;
    return FileVisitResult.CONTINUE;
  }

  /** Files come and go meanwhile. */
  @Override
  public FileVisitResult visitFileFailed(Path file, IOException failure) {
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
    return FileVisitResult.CONTINUE;
  }
}
