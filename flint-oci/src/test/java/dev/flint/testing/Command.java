package dev.flint.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;

/** Runs a peer to its end and keeps what it printed. */
public final class Command {
  private Command() {}

  /** What a process left. */
  public record Result(int exit, String out, String err) {
    /** Fails the test unless the exit code is 0. */
    public Result ok() {
      Assertions.assertEquals(0, exit, () -> "stdout: " + out + "\nstderr: " + err);
      return this;
    }
  }

  /** Runs a program, found on PATH as a required peer unless it is a path. */
  public static Result run(Object... words) {
    List<String> argv = new java.util.ArrayList<>();
    for (Object word : words) {
      argv.add(word.toString());
    }
    if (!argv.get(0).contains("/")) {
      argv.set(0, Peers.require(argv.get(0)).toString());
    }
    try {
      Path out = Files.createTempFile("peer", ".out");
      Path err = Files.createTempFile("peer", ".err");
      try {
        Process process =
            new ProcessBuilder(argv)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
          process.destroyForcibly();
          Assertions.fail("did not end in 5 minutes: " + argv);
        }
        return new Result(
            process.exitValue(),
            Files.readString(out, StandardCharsets.UTF_8),
            Files.readString(err, StandardCharsets.UTF_8));
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
