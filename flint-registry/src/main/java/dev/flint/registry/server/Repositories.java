package dev.flint.registry.server;

import dev.flint.oci.Reference;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The repositories of one registry. The repository {@code a/b} is the OCI image layout {@code
 * DIR/a/b/_oci}; no piece of a repository name begins with an underscore, so layouts and deeper
 * repositories cannot meet. Each layout is opened once. Thread-safe.
 */
final class Repositories implements AutoCloseable {
  private static final String LAYOUT = "_oci";

  private final Path folder;
  private final Clock clock;
  private final Map<String, Repository> open = new HashMap<>();

  Repositories(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /**
   * The name itself, if it is well-formed.
   *
   * @throws Refusal 400 NAME_INVALID otherwise
   */
  static String checked(String name) throws Refusal {
    try {
      // The host is only there so that the first piece is not taken for one.
      if (Reference.of("localhost", name, "").repository().equals(name)) {
        return name;
      }
    } catch (IllegalArgumentException e) {
      // Falls through to the one refusal.
    }
    throw new Refusal(400, Problem.NAME_INVALID, "the repository name is malformed");
  }

  /** The repository with this name, made if it is not there. */
  Repository create(String name) throws IOException, Refusal {
    return open(checked(name));
  }

  /** The repository with this name, if it is there. */
  Optional<Repository> find(String name) throws IOException, Refusal {
    return isThere(checked(name)) ? Optional.of(open(name)) : Optional.empty();
  }

  /**
   * The repository with this name.
   *
   * @throws Refusal 404 NAME_UNKNOWN if it is not there
   */
  Repository require(String name) throws IOException, Refusal {
    return find(name)
        .orElseThrow(
            () -> new Refusal(404, Problem.NAME_UNKNOWN, "there is no repository " + name));
  }

  private synchronized Repository open(String name) throws IOException {
    Repository known = open.get(name);
    if (known != null && isThere(name)) {
      return known;
    }
    if (known != null) {
      // Somebody removed the folder under us.
      known.close();
    }
    Repository opened = new Repository(name, OciLayout.openOrCreate(layoutOf(name)), clock);
    open.put(name, opened);
    return opened;
  }

  private boolean isThere(String name) {
    return Files.isRegularFile(layoutOf(name).resolve("oci-layout"), LinkOption.NOFOLLOW_LINKS);
  }

  private Path layoutOf(String name) {
    return folder.resolve(name).resolve(LAYOUT);
  }

  /** The repositories that were used since the start. */
  synchronized List<Repository> opened() {
    return List.copyOf(open.values());
  }

  /** The names of all repositories, in no order. */
  List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            Path last = path.getFileName();
            Path parent = path.getParent();
            if (last == null || parent == null || !last.toString().equals(LAYOUT)) {
              return FileVisitResult.CONTINUE;
            }
            if (Files.isRegularFile(path.resolve("oci-layout"), LinkOption.NOFOLLOW_LINKS)) {
              names.add(
                  folder
                      .relativize(parent)
                      .toString()
                      .replace(path.getFileSystem().getSeparator(), "/"));
            }
            return FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }
        });
    return Collections.unmodifiableList(names);
  }

  /** Closes all layouts; no request may be under way. */
  @Override
  public synchronized void close() throws IOException {
    IOException failure = null;
    for (Repository repository : open.values()) {
      try {
        repository.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    open.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
