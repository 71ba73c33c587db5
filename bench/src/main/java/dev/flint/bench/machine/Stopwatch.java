package dev.flint.bench.machine;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs scripts under GNU time, which knows processor time and memory of all that a script started.
 * Written data is flushed to the device beforehand, so that no run pays for the one before.
 */
public final class Stopwatch {
  private static final double KIBIBYTE = 1024;

  private final Path time;
  private final Path log;
  private final Path figures;

  /** Leaves the output of the last run in a folder. */
  public Stopwatch(Path folder) throws IOException {
    this.time = Programs.require("time", "time");
    Files.createDirectories(folder);
    this.log = folder.resolve("last-run.log");
    this.figures = folder.resolve("last-run.time");
  }

  /**
   * Runs a script.
   *
   * @throws IOException with its output if it fails
   */
  public Measured run(Script script) throws IOException {
    Programs.run("sync");
    return runAtOnce(script);
  }

  /** As {@link #run}, for what writes nothing. */
  public Measured runAtOnce(Script script) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    time.toString(),
                    "-q",
                    "-f",
                    "%U %S %M",
                    "-o",
                    figures.toString(),
                    "sh",
                    "-c",
                    script.line()))
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(log.toFile());
    builder.environment().putAll(script.env());
    long start = System.nanoTime();
    int exit = waitFor(builder.start());
    double wall = (System.nanoTime() - start) / 1e9;
    if (exit != 0) {
      throw new IOException(script.line() + " failed: " + Files.readString(log));
    }
    return measured(wall);
  }

  private Measured measured(double wall) throws IOException {
    String[] words = Files.readString(figures).strip().split(" ", -1);
    return new Measured(
        wall,
        Double.parseDouble(words[0]) + Double.parseDouble(words[1]),
        (long) (Double.parseDouble(words[2]) * KIBIBYTE));
  }

  private static int waitFor(Process process) throws InterruptedIOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while measuring");
    }
  }
}
