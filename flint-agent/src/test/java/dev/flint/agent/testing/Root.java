package dev.flint.agent.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Tests that make devices, mounts and containers. */
public final class Root {
  private Root() {}

  /** Skips the test loudly unless it runs as root; with {@code FLINT_REQUIRE_PEERS=1} fails it. */
  public static void require() throws IOException {
    if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
      return;
    }
    String message = "NOT ROOT: no devices, mounts and containers";
    if ("1".equals(System.getenv("FLINT_REQUIRE_PEERS"))) {
      Assertions.fail(message);
    }
    System.err.println(message + "; skipping a test");
    Assumptions.abort(message);
  }
}
