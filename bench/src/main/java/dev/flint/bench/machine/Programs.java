package dev.flint.bench.machine;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Programs of the machine, run to their end without being timed. */
public final class Programs {
  private static final List<String> SYSTEM_FOLDERS = List.of("/usr/sbin", "/sbin");

  private Programs() {}

  /** The path of a program on PATH or among the system's programs. */
  public static Optional<Path> find(String name) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (String folder :
        (path + File.pathSeparator + String.join(File.pathSeparator, SYSTEM_FOLDERS))
            .split(File.pathSeparator, -1)) {
      Path candidate = Path.of(folder.isEmpty() ? "." : folder, name);
      if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
        return Optional.of(candidate.toAbsolutePath());
      }
    }
    return Optional.empty();
  }

  /**
   * As {@link #find}.
   *
   * @throws IOException with the Debian package to install if it is missing
   */
  public static Path require(String name, String debianPackage) throws IOException {
    return find(name)
        .orElseThrow(() -> new IOException(name + " is missing; apt-get install " + debianPackage));
  }

  /**
   * Runs a program and gives what it printed, on standard output and error.
   *
   * @throws IOException with that text if it fails
   */
  public static String run(Map<String, String> env, List<String> words) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().putAll(env);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", words) + " failed: " + text.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + words.get(0));
    }
    return text.strip();
  }

  /** As {@link #run(Map, List)}, in this process's environment. */
  public static String run(String... words) throws IOException {
    return run(Map.of(), List.of(words));
  }
}
