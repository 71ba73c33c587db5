package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.testing.LinuxGuest;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code flint check} and {@code flint boot-test} with QEMU. */
class BootTestIT {
  @TempDir Path home;
  private Cli cli;
  private Path temporary = Path.of("");

  @BeforeEach
  void importTheDemo() throws IOException {
    Peers.require("qemu-system-x86_64");
    temporary = Files.createDirectory(home.resolve("tmp"));
    // Other tests boot at the same time, and have theirs in /tmp.
    cli = new Cli(home).with("TMPDIR", temporary.toString());
    Path disk = home.resolve("demo.qcow2");
    DemoGuest.writeQcow2(disk, "/hello");
    cli.run("import", "--disk", disk.toString(), "demo:1").ok();
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    assertEquals(List.of(), left(temporary));
    assertFalse(Files.exists(home.resolve("flint/agent")));
    assertEquals(
        List.of(), Files.exists(home.resolve("run")) ? left(home.resolve("run")) : List.of());
  }

  private static List<Path> left(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void aGuestThatDoesWhatItShouldPasses() throws Exception {
    Path report = home.resolve("report.xml");
    String out =
        cli.run(
                "boot-test",
                "demo:1",
                "-m",
                "64m",
                "--expect",
                "Flint osv-hello",
                "--expect",
                "Cmdline:",
                "--exit",
                "5",
                "--junit",
                report.toString(),
                "--",
                "--exit",
                "5")
            .ok();
    assertEquals(3, out.lines().filter(line -> line.startsWith("passed: ")).count(), out);
    assertTrue(Files.readString(report).contains("tests=\"3\" failures=\"0\""));
  }

  @Test
  void oneThatDoesNotFailsWithItsConsole() {
    Cli.Result result =
        cli.run("boot-test", "demo:1", "-m", "64m", "--expect", "no such words", "--exit", "0");
    assertEquals(11, result.exit(), result.err());
    assertTrue(result.out().contains("failed: says \"no such words\": it ended"), result.out());
    assertTrue(result.out().contains("passed: ends with exit code 0"), result.out());
    assertTrue(result.err().contains("  | Flint osv-hello guest"), result.err());
  }

  @Test
  void oneThatTakesTooLongIsEnded() {
    Cli.Result result =
        cli.run(
            "boot-test", "demo:1", "-m", "64m", "--exit", "0", "--timeout", "2s", "--", "--sleep");
    assertEquals(11, result.exit(), result.err());
    assertTrue(result.out().contains("not within 2 s"), result.out());
  }

  @Test
  void aPortMustReallyAnswer() throws IOException {
    Path disk = home.resolve("linux.raw");
    LinuxGuest.writeDisk(disk);
    cli.run("import", "--disk", disk.toString(), "linux:1").ok();
    Cli.Result result =
        cli.run("boot-test", "linux:1", "-m", "256m", "--port", "8080", "--timeout", "120s");
    assertEquals("passed: answers on port 8080", result.ok());
    Cli.Result silent =
        cli.run(
            "boot-test", "demo:1", "-m", "64m", "--port", "80", "--timeout", "3s", "--", "--sleep");
    assertEquals(11, silent.exit(), silent.err());
  }

  @Test
  void anInterruptLeavesNothing() throws Exception {
    Process process =
        cli.startInterruptible(
            List.of(), "boot-test", "demo:1", "-m", "64m", "--exit", "0", "--", "--sleep");
    try {
      while (process.isAlive() && consoles().isEmpty()) {
        process.waitFor(50, TimeUnit.MILLISECONDS);
      }
      Cli.interrupt(process);
    } finally {
      process.destroyForcibly();
    }
  }

  private List<Path> consoles() throws IOException {
    try (Stream<Path> files = Files.find(temporary, 5, (f, a) -> f.endsWith("stdout.raw"))) {
      return files.toList();
    } catch (UncheckedIOException e) {
      return List.of();
    }
  }

  @Test
  void checkSaysWhatIsWantedAndWhatThereIs() throws IOException {
    String out = cli.run("check", "demo:1", "-m", "64m").ok();
    for (String word : List.of("architecture", "backend", "memory", "acceleration", "download")) {
      assertTrue(out.contains(word), out);
    }
    assertTrue(out.contains("it is in the local store"), out);
    Cli.Result refused = cli.run("check", "demo:1", "-m", "900g", "-o", "json");
    assertEquals(9, refused.exit(), refused.err());
    assertTrue(refused.out().contains("\"runs\" : false"), refused.out());
    assertTrue(refused.err().contains("cannot run here: memory"), refused.err());
  }
}
