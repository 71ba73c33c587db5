package dev.flint.cli.dist;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.testing.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One start of a launcher with an environment of its own; the tests' Java is in JAVA_HOME. */
final class Launch {
  private final Path folder;
  private final Map<String, String> env = new HashMap<>();
  private final List<String> prefix = new ArrayList<>();

  /** What it left. */
  record Result(int exit, String out, String err) {}

  /** Starts find their home, cache and temporary files in the folder. */
  Launch(Path folder) {
    this.folder = folder;
    env.put("HOME", folder.toString());
    env.put("FLINT_HOME", folder.resolve("flint").toString());
    env.put("PATH", "/usr/bin:/bin");
    env.put("JAVA_HOME", System.getProperty("java.home"));
  }

  Launch with(String name, String value) {
    env.put(name, value);
    return this;
  }

  Launch without(String name) {
    env.remove(name);
    return this;
  }

  /** Root may write everywhere, so it becomes nobody. */
  Launch unprivileged() {
    if (System.getProperty("user.name").equals("root")) {
      prefix.addAll(
          List.of(
              Peers.require("setpriv").toString(),
              "--reuid=65534",
              "--regid=65534",
              "--clear-groups"));
    }
    return this;
  }

  Result run(Path launcher, String... args) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(prefix);
    words.add(launcher.toString());
    words.addAll(List.of(args));
    Path out = Files.createTempFile(folder, "out", null);
    Path err = Files.createTempFile(folder, "err", null);
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(env);
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(6, TimeUnit.MINUTES), () -> "still runs: " + words);
    } finally {
      process.destroyForcibly();
    }
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
