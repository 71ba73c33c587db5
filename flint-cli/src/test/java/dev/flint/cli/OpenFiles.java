package dev.flint.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds files that everybody on a machine can read: by their mode, and that of all above. */
final class OpenFiles {
  private static final long LARGEST = 64L << 20;

  private final Predicate<String> wanted;
  private final FileTime since;
  private final List<Path> found = new ArrayList<>();

  /**
   * Nothing found yet.
   *
   * @param wanted what a file's content has, as ISO 8859-1
   * @param since files that were last changed before are passed over
   */
  OpenFiles(Predicate<String> wanted, FileTime since) {
    this.wanted = wanted;
    this.since = since;
  }

  /** Looks below a folder that everybody may enter. */
  OpenFiles below(Path folder) throws IOException {
    Files.walkFileTree(folder, new Visitor(folder));
    return this;
  }

  /** All with what was wanted. */
  List<Path> found() {
    return found;
  }

  private static Set<PosixFilePermission> mode(Path path) throws IOException {
    return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .permissions();
  }

  private final class Visitor extends SimpleFileVisitor<Path> {
    private final Path top;

    Visitor(Path top) {
      this.top = top;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      try {
        // Who may enter but not list it can still guess names.
        boolean open =
            folder.equals(top) || mode(folder).contains(PosixFilePermission.OTHERS_EXECUTE);
        return open ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
      } catch (NoSuchFileException e) {
        return FileVisitResult.SKIP_SUBTREE;
      }
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      try {
        boolean ours =
            attributes.isRegularFile()
                && attributes.size() <= LARGEST
                && attributes.lastModifiedTime().compareTo(since) >= 0;
        if (ours
            && mode(file).contains(PosixFilePermission.OTHERS_READ)
            && wanted.test(Files.readString(file, StandardCharsets.ISO_8859_1))) {
          found.add(file);
        }
      } catch (NoSuchFileException e) {
        // It has gone meanwhile.
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
        throws IOException {
      if (e != null && Files.exists(folder)) {
        throw e;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      // It has gone meanwhile.
      return FileVisitResult.CONTINUE;
    }
  }
}
