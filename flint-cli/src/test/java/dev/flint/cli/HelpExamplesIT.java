package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.testing.Peers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.CommandSpec;

/** Whoever types an example from the help gets what it says; those with instances are apart. */
class HelpExamplesIT {
  private static final Path FLINT = Path.of(System.getProperty("flint.dist"), "bin/flint");

  /** What goes on until it is ended; it says its address when it is there. */
  private static final Set<String> SERVING = Set.of("flint registry", "flint registry serve");

  /** What instances are there for: {@link HelpExamplesRunIT}. */
  static final Set<String> RUNNING =
      Set.of(
          "flint run",
          "flint ps",
          "flint pods",
          "flint logs",
          "flint exec",
          "flint stop",
          "flint kill",
          "flint restart",
          "flint rm",
          "flint wait",
          "flint stats",
          "flint port",
          "flint check",
          "flint boot-test",
          "flint agent");

  @TempDir Path folder;

  static List<HelpExample> examples() {
    return HelpExample.all().stream()
        .filter(example -> !RUNNING.contains(example.command()))
        .filter(example -> !SERVING.contains(example.command()))
        .toList();
  }

  static List<HelpExample> serving() {
    return HelpExample.all().stream()
        .filter(example -> SERVING.contains(example.command()))
        .toList();
  }

  @Test
  void everyCommandHasAnExampleOfItself() {
    for (CommandSpec command : ModelCommands.visible()) {
      List<HelpExample> examples = HelpExample.of(command);
      assertFalse(examples.isEmpty(), command.qualifiedName());
      for (HelpExample example : examples) {
        assertTrue(
            example.line().contains(command.qualifiedName() + " ")
                || example.line().equals(command.qualifiedName()),
            example.line());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void doesWhatTheHelpSays(HelpExample example) throws Exception {
    try (ExampleWorld world = ExampleWorld.make(folder, FLINT)) {
      if (example.command().equals("flint logout")) {
        end(world, "flint login localhost:5000 -u me --password-stdin < token");
      }
      if (example.command().equals("flint demo")) {
        Peers.require("qemu-system-x86_64");
      }
      end(world, example.line());
    }
  }

  private static void end(ExampleWorld world, String line) throws Exception {
    Process process = world.start(line);
    try {
      assertTrue(process.waitFor(2, TimeUnit.MINUTES), () -> "still runs: " + line);
      assertEquals(0, process.exitValue(), line + "\n" + world.said());
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @MethodSource("serving")
  void servesUntilItIsEnded(HelpExample example) throws Exception {
    try (ExampleWorld world = ExampleWorld.make(folder, FLINT)) {
      Process process = world.start("exec " + example.line());
      try {
        while (!said(world).contains("://")) {
          assertTrue(process.isAlive(), () -> said(world));
          process.waitFor(50, TimeUnit.MILLISECONDS);
        }
      } finally {
        process.destroy();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), () -> said(world));
      }
      assertEquals(143, process.exitValue(), () -> said(world));
    }
  }

  private static String said(ExampleWorld world) {
    try {
      return world.said();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
