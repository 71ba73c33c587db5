package dev.flint.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Programs of others that tests run against. A missing one skips the test loudly; with {@code
 * FLINT_REQUIRE_PEERS=1}, as in CI, it fails the test.
 */
public final class Peers {
  private Peers() {}

  /** The absolute path of a program on PATH, which must be there. */
  public static Path require(String program) {
    Optional<Path> found = find(program);
    if (found.isEmpty()) {
      String message = "PEER MISSING: " + program + " is not on PATH";
      if ("1".equals(System.getenv("FLINT_REQUIRE_PEERS"))) {
        Assertions.fail(message);
      }
      System.err.println(message + "; skipping a test");
      Assumptions.abort(message);
    }
    return found.get();
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
