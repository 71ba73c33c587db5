package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.testing.Peers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples in the help of what runs instances, with QEMU and containerd. */
class HelpExamplesRunIT {
  private static final Path FLINT = Path.of(System.getProperty("flint.dist"), "bin/flint");

  /** What boots; the others find an instance that is there. */
  private static final Set<String> BOOTING = Set.of("flint run", "flint check", "flint boot-test");

  @TempDir Path folder;
  private Path own;
  private Path shared;

  static List<HelpExample> examples() {
    return HelpExample.all().stream()
        .filter(example -> HelpExamplesIT.RUNNING.contains(example.command()))
        .filter(example -> !example.command().equals("flint agent"))
        .toList();
  }

  @BeforeEach
  void folders() throws Exception {
    Peers.require("qemu-system-x86_64");
    own = Files.createDirectory(folder.resolve("device"));
    shared = Files.createDirectory(folder.resolve("world"));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void doesWhatTheHelpSays(HelpExample example) throws Exception {
    try (AgentDevice device = AgentDevice.make(own);
        ExampleWorld world = ExampleWorld.make(shared, FLINT, device)) {
      device.startAgent();
      if (BOOTING.contains(example.command())) {
        world.addWeb();
      } else {
        instances(example, device);
      }
      Process process = world.start(onTerminal(example.line()));
      try {
        assertTrue(process.waitFor(6, TimeUnit.MINUTES), () -> "still runs: " + example);
        assertEquals(0, process.exitValue(), example + "\n" + world.said() + device.words());
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }

  private static void instances(HelpExample example, AgentDevice device) {
    String does = example.command().equals("flint logs") ? "echo hello" : "sleep 1000";
    device
        .user()
        .run("run", "-d", "--name", "web", device.box(), "/bin/busybox", "sh", "-c", does)
        .ok();
    device.user().run("run", "-d", "--name", "job", device.box(), "/bin/busybox", "true").ok();
  }

  /** Who asks for a terminal has one. */
  private static String onTerminal(String line) {
    return line.contains(" -it ") ? "echo exit | script -qec '" + line + "' /dev/null" : line;
  }

  @Test
  void theAgentAnswersUntilItIsEnded() throws Exception {
    HelpExample example =
        HelpExample.all().stream()
            .filter(each -> each.command().equals("flint agent"))
            .findFirst()
            .orElseThrow();
    try (AgentDevice device = AgentDevice.make(own);
        ExampleWorld world = ExampleWorld.make(shared, FLINT, device)) {
      Process process = world.start("exec " + example.line());
      try {
        device.await(
            "the agent answers",
            () -> {
              assertTrue(process.isAlive(), "it has ended");
              return !device.ask("pods").names().isEmpty();
            });
      } finally {
        process.destroy();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), "it does not end");
      }
    }
  }
}
