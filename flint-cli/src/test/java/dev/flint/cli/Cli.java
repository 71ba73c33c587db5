package dev.flint.cli;

import dev.flint.cli.console.Console;
import dev.flint.testing.Command;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;

/** A user with a home of their own, typing flint commands: within this process, or in another. */
public final class Cli {
  private final Path home;
  private final Map<String, String> env = new HashMap<>();
  private Path workingFolder = Path.of("");

  /** A user whose files are all below a folder. */
  public Cli(Path home) {
    this.home = home;
    env.put("HOME", home.toString());
    env.put("PATH", String.valueOf(System.getenv("PATH")));
    env.put("FLINT_HOME", home.resolve("flint").toString());
    // Else logins of this machine's user would be found.
    env.put("XDG_RUNTIME_DIR", home.resolve("run").toString());
  }

  /** What a command left. */
  public record Result(int exit, String out, String err) {
    /** Fails the test unless it succeeded; returns its output without the last line end. */
    public String ok() {
      Assertions.assertEquals(0, exit, () -> out + err);
      return out.strip();
    }

    /** Fails the test unless it failed so: this exit code, one line of error, nothing as result. */
    public Result fails(int code) {
      Assertions.assertEquals(code, exit, () -> out + err);
      Assertions.assertEquals("", out);
      List<String> errors = err.lines().filter(line -> line.startsWith("flint: ")).toList();
      Assertions.assertEquals(1, errors.size(), err);
      Assertions.assertFalse(err.contains("\tat "), err);
      return this;
    }
  }

  /** Sets a variable of the user's environment. */
  public Cli with(String name, String value) {
    env.put(name, value);
    return this;
  }

  /** Works in a folder, as far as the settings of a project go; within this process only. */
  public Cli in(Path folder) {
    workingFolder = folder;
    return this;
  }

  /** The folder of the local store. */
  public Path store() {
    return home.resolve("flint/store");
  }

  /** The folder of an image in the user's Capstan repository. */
  public Path capstanImage(String name) {
    return home.resolve(".capstan/repository").resolve(name);
  }

  /** Makes an image in the user's Capstan repository of a disk file. */
  public Path addToCapstan(String name, Path disk, String suffix) throws IOException {
    Path folder = capstanImage(name);
    Files.createDirectories(folder);
    Path file = folder.resolve(folder.getFileName() + suffix);
    Files.copy(disk, file);
    return file;
  }

  /** Runs a command in this process. */
  public Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            80);
    int exit = Flint.run(console, env, workingFolder, args);
    return new Result(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Runs a command in this process that gets this text as its input. */
  public Result runWith(String input, String... args) {
    InputStream real = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      return run(args);
    } finally {
      System.setIn(real);
    }
  }

  /** Starts a command in a process of its own; its output goes to {@code HOME/child.log}. */
  public Process start(List<String> jvmOptions, String... args) throws IOException {
    return start(List.of(), jvmOptions, args);
  }

  /** Starts a command in a process of its own that makes its files with this umask. */
  public Process startWithUmask(String umask, String... args) throws IOException {
    return start(List.of("sh", "-c", "umask " + umask + "; exec \"$@\"", "sh"), List.of(), args);
  }

  /**
   * Starts a command in a process of its own that a SIGINT ends, as it does on a terminal. What is
   * started by a job in the background is born deaf to it.
   */
  public Process startInterruptible(List<String> jvmOptions, String... args) throws IOException {
    return start(List.of("env", "--default-signal=INT"), jvmOptions, args);
  }

  /** Does what Ctrl-C does to a process, and waits for it to end. */
  public static int interrupt(Process process) throws InterruptedException {
    Command.run("/bin/sh", "-c", "kill -INT " + process.pid()).ok();
    return process.waitFor();
  }

  /** Starts a command in a process of its own whose files the disk has room for only up to here. */
  public Process startWithFileLimit(int kib, String... args) throws IOException {
    return start(
        List.of("sh", "-c", "ulimit -f " + 2 * kib + "; exec \"$@\"", "sh"),
        List.of("-XX:-UsePerfData"),
        args);
  }

  private Process start(List<String> before, List<String> jvmOptions, String... args)
      throws IOException {
    List<String> argv = new ArrayList<>(before);
    argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    argv.addAll(jvmOptions);
    argv.add("-cp");
    argv.add(System.getProperty("java.class.path"));
    argv.add("dev.flint.cli.Flint");
    argv.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(argv)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("child.log").toFile()));
    builder.environment().putAll(env);
    return builder.start();
  }

  /** The names of what is in a folder, sorted. */
  public static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  /** What the processes said so far. */
  public String childLog() {
    try {
      return Files.readString(home.resolve("child.log"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
