package dev.flint.agent.qemu;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a program answers to {@code --version}.
 *
 * @param exit negative if it did not end in time
 * @param text of both its streams, the first few KiB; empty if it did not end in time
 */
record VersionAnswer(int exit, String text) {
  private static final Duration LIMIT = Duration.ofSeconds(8);
  private static final int MAX_TEXT = 4096;

  /** Asks a program. */
  static VersionAnswer of(Path program) throws IOException {
    Process process =
        new ProcessBuilder(program.toString(), "--version")
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start();
    try (InputStream out = process.getInputStream()) {
      return process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
          ? new VersionAnswer(
              process.exitValue(), new String(out.readNBytes(MAX_TEXT), StandardCharsets.UTF_8))
          : new VersionAnswer(-1, "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlintException(
          ErrorCode.INTERRUPTED, "interrupted as " + program + " was asked for its version", e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Whether it ended in time, however. */
  boolean isThere() {
    return exit >= 0;
  }

  /** What is fit for a line; empty if it said nothing. */
  String line() {
    return text.lines().findFirst().orElse("");
  }
}
