package dev.flint.cli.ci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the scripts of a pipeline one after another in a work space, as its platform would. */
final class Runner {
  private final Path workspace;
  private final Map<String, String> env = new HashMap<>();

  /** Where nothing of this machine's user is seen. */
  Runner(Path workspace) {
    this.workspace = workspace;
    env.put("HOME", workspace.toString());
    env.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    env.put("JAVA_HOME", System.getProperty("java.home"));
    env.put("LC_ALL", "C.UTF-8");
  }

  Path workspace() {
    return workspace;
  }

  Runner with(String name, String value) {
    env.put(name, value);
    return this;
  }

  /** Puts a folder before all others. */
  void addPath(String folder) {
    env.merge("PATH", folder, (path, first) -> first + ":" + path);
  }

  /** A variable, as a runner of its own would expand it. */
  String expanded(String text) {
    String all = text;
    List<String> names = new ArrayList<>(env.keySet());
    names.sort((a, b) -> b.length() - a.length());
    for (String name : names) {
      all = all.replace("$" + name, env.get(name));
    }
    assertTrue(!all.contains("$"), () -> "not a variable of the platform: " + text);
    return all;
  }

  /** Runs words; returns what they printed. */
  String run(List<String> words, Map<String, String> own) throws IOException, InterruptedException {
    Path out = Files.createTempFile("ci", ".out");
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(workspace.toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile());
    builder.environment().clear();
    builder.environment().putAll(env);
    builder.environment().putAll(own);
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(10, TimeUnit.MINUTES), () -> "still runs: " + words);
      String said = Files.readString(out);
      assertEquals(0, process.exitValue(), said);
      return said;
    } finally {
      process.destroyForcibly();
      Files.delete(out);
    }
  }

  /** Runs a script by a shell and the options its platform gives it. */
  String run(String script, Map<String, String> own, String... shell)
      throws IOException, InterruptedException {
    Path file = Files.writeString(Files.createTempFile("ci", ".sh"), script);
    List<String> words = new ArrayList<>(List.of(shell));
    words.add(file.toString());
    try {
      return run(words, own);
    } finally {
      Files.delete(file);
    }
  }
}
