package dev.flint.cli;

import static dev.flint.cli.AgentPods.SLEEP;
import static dev.flint.cli.AgentPods.box;
import static dev.flint.cli.AgentPods.guest;
import static dev.flint.cli.AgentPods.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The archive of the agent alone, as it is unpacked on a device. */
@Timeout(180)
class AgentArchiveIT {
  @TempDir static Path folder;
  private static Path home;

  @BeforeAll
  static void unpack() throws IOException {
    Path dist = Path.of(System.getProperty("flint.dist"));
    String name = dist.getFileName().toString().replace("flint-", "flint-agent-");
    Path archive = dist.resolveSibling(name + ".tar.gz");
    Command.run("tar", "-C", folder.toString(), "-xzf", archive.toString()).ok();
    home = folder.resolve(name);
  }

  private static Path program() {
    return home.resolve("bin/flint-agent");
  }

  @Test
  void runsPodsOfBothKindsFromARegistryWithoutTheCommandLine() throws IOException {
    try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
      assertTrue(
          jars.noneMatch(jar -> jar.getFileName().toString().matches("(flint|picocli.*).jar")));
    }
    try (AgentDevice device = AgentDevice.make(folder)) {
      device.startAgent(List.of(program().toString()));
      device.write(
          "mixed.yaml",
          pod(
              "mixed",
              "Always",
              guest("guest", device.guest(), "--sleep"),
              box("box", device.box(), SLEEP)));
      device.await("ready", () -> device.pod("mixed").flag("ready"));
      device.delete("mixed.yaml");
      device.awaitNothingLeft();
    }
  }

  @Test
  void saysItsVersionAndItsOptions() throws IOException {
    assertTrue(Command.run(program().toString(), "--version").ok().out().startsWith("flint "));
    assertTrue(Command.run(program().toString(), "--help").ok().out().contains("--pods"));
    Command.Result unknown = Command.run(program().toString(), "--frobnicate");
    assertEquals(2, unknown.exit());
  }
}
