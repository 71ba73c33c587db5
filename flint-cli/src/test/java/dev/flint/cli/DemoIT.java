package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.testing.Peers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code flint demo}, to its end and to an earlier one. */
class DemoIT {
  @TempDir Path home;
  private Cli cli;
  private Path temporary = Path.of("");

  @BeforeEach
  void prepare() throws IOException {
    temporary = Files.createDirectory(home.resolve("tmp"));
    cli = new Cli(home).with("TMPDIR", temporary.toString());
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.toList();
    }
  }

  private boolean isThere(String file) throws IOException {
    try (Stream<Path> files = Files.find(temporary, 12, (f, a) -> f.endsWith(file))) {
      return files.findAny().isPresent();
    } catch (UncheckedIOException e) {
      // Something went away meanwhile.
      return false;
    }
  }

  @Test
  void leavesNothing() throws IOException {
    String out = cli.run("demo").ok();
    assertTrue(out.contains("    identical, "), out);
    assertEquals(List.of(), left());
  }

  /** In the transfer; while the guest runs in the background. */
  @ParameterizedTest
  @CsvSource({"index.yaml, true", "index.yaml, false", "stdout.raw, true", "stdout.raw, false"})
  void anEarlyEndLeavesNothing(String file, boolean byCtrlC) throws Exception {
    Peers.require("qemu-system-x86_64");
    Process process = cli.startInterruptible(List.of(), "demo");
    try {
      while (process.isAlive() && !isThere(file)) {
        process.waitFor(50, TimeUnit.MILLISECONDS);
      }
      if (byCtrlC) {
        Cli.interrupt(process);
      } else {
        process.destroy();
        process.waitFor();
      }
      assertEquals(List.of(), left(), cli::childLog);
    } finally {
      process.destroyForcibly();
    }
  }
}
