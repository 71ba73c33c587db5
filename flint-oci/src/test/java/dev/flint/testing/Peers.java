package dev.flint.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Programs and libraries of others that tests run against. A missing one skips the test loudly;
 * with {@code FLINT_REQUIRE_PEERS=1}, as in CI, it fails the test.
 */
public final class Peers {
  private Peers() {}

  /** The absolute path of a program on PATH, which must be there. */
  public static Path require(String program) {
    return present(find(program), program + " is not on PATH");
  }

  /** The first of some files that exists, for peers that are no programs; one must be there. */
  public static Path requireFile(List<Path> candidates) {
    Optional<Path> found = candidates.stream().filter(Files::isRegularFile).findFirst();
    return present(found, "no file of " + candidates);
  }

  /** A shared library of this file name in one of the system's folders; it must be there. */
  public static Path requireLibrary(String file) {
    List<Path> candidates = new ArrayList<>();
    for (String root : List.of("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib")) {
      candidates.add(Path.of(root, file));
      // Debian's are one folder deeper, which is named by the architecture.
      try (Stream<Path> folders = Files.list(Path.of(root))) {
        folders.map(folder -> folder.resolve(file)).forEach(candidates::add);
      } catch (IOException e) {
        // Not on this system.
      }
    }
    Optional<Path> found = candidates.stream().filter(Files::isRegularFile).findFirst();
    return present(found, file + " is in no folder for libraries");
  }

  private static Path present(Optional<Path> peer, String what) {
    if (peer.isEmpty()) {
      String message = "PEER MISSING: " + what;
      if ("1".equals(System.getenv("FLINT_REQUIRE_PEERS"))) {
        Assertions.fail(message);
      }
      System.err.println(message + "; skipping a test");
      Assumptions.abort(message);
    }
    return peer.get();
  }

  /** The absolute path of a program on PATH. */
  public static Optional<Path> find(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path candidate = Path.of(folder.isEmpty() ? "." : folder, program);
      if (Files.isExecutable(candidate) && Files.isRegularFile(candidate)) {
        return Optional.of(candidate.toAbsolutePath());
      }
    }
    return Optional.empty();
  }
}
