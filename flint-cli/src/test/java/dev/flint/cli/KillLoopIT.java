package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.registry.server.RegistryServer;
import dev.flint.testing.Command;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each command is killed (SIGKILL) at random moments of its life, over and over; then it runs once
 * to its end, and everything is as if nothing had happened.
 */
class KillLoopIT {
  private static final int KILLS = 6;

  @TempDir Path folder;
  private final Random random = new Random(42);
  private RegistryServer registry;
  private String reference;
  private Path disk;

  @BeforeEach
  void prepare() throws IOException {
    registry =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder.resolve("registry"));
    reference = "localhost:" + registry.address().getPort() + "/kill/disk:1";
    disk = folder.resolve("disk.img");
    DemoGuest.writeRaw(disk, "/hello.so");
    byte[] noise = new byte[24 << 20];
    random.nextBytes(noise);
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.seek(file.length());
      file.write(noise);
    }
  }

  @AfterEach
  void stopRegistry() throws IOException {
    registry.close();
  }

  /** E18. */
  @Test
  void everyCommandSurvivesBeingKilledAtAnyMoment() throws Exception {
    Cli developer = new Cli(Files.createDirectory(folder.resolve("developer")));
    Cli device = new Cli(Files.createDirectory(folder.resolve("device")));
    killThenRun(developer, "import", "--disk", disk.toString(), reference);
    assertReadable(developer);
    killThenRun(developer, "push", reference);
    killThenRun(device, "pull", reference);
    assertReadable(device);

    killThenRun(device, "unpack", reference, "--to-capstan", "kill/disk", "--force");
    Path unpacked = device.capstanImage("kill/disk").resolve("disk.raw");
    assertEquals(-1, Files.mismatch(disk, unpacked));
    assertEquals(
        List.of("disk"), names(device.capstanImage("kill")), "leftovers in the repository");

    Path outFolder = Files.createDirectory(folder.resolve("out"));
    Path out = outFolder.resolve("disk.img");
    killThenRun(device, "unpack", reference, "--to", out.toString(), "--force");
    assertEquals(-1, Files.mismatch(disk, out));
    assertEquals(List.of("disk.img"), names(outFolder), "leftovers beside the output");

    assertClean(developer);
    assertClean(device);
  }

  private void killThenRun(Cli user, String... args) throws Exception {
    long whole = timed(user, args);
    for (int i = 0; i < KILLS; i++) {
      if (args[0].equals("push")) {
        // Else nothing is left to be sent.
        Command.run("rm", "-rf", folder.resolve("registry/kill"));
        restartRegistry();
      }
      if (args[0].equals("pull")) {
        user.run("rmi", reference);
      }
      Process process = user.start(List.of("-XX:+UseSerialGC"), args);
      if (!process.waitFor(random.nextLong(whole), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        process.waitFor();
      }
    }
    timed(user, args);
  }

  private void restartRegistry() throws IOException {
    int port = registry.address().getPort();
    registry.close();
    registry =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            folder.resolve("registry"));
  }

  /** Runs a command to its end, which must be a success, and returns the milliseconds it took. */
  private static long timed(Cli user, String... args) throws Exception {
    long start = System.nanoTime();
    Process process = user.start(List.of("-XX:+UseSerialGC"), args);
    assertEquals(0, process.waitFor(), user.childLog());
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  private void assertReadable(Cli user) {
    Command.run("skopeo", "inspect", "--raw", "oci:" + user.store() + ":" + reference).ok();
    Path copy = folder.resolve("copy-" + random.nextInt());
    Command.run("skopeo", "copy", "oci:" + user.store() + ":" + reference, "dir:" + copy).ok();
  }

  /** The last run has swept what the killed ones left, and left nothing itself. */
  private static void assertClean(Cli user) throws IOException {
    Path ingests = user.store().resolve(".flint/ingest");
    assertTrue(Files.isDirectory(ingests));
    assertEquals(List.of(), names(ingests));
    Path partials = user.store().resolve(".flint/partial");
    assertTrue(!Files.exists(partials) || names(partials).isEmpty());
  }

  private static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.map(Path::getFileName).map(Path::toString).sorted().forEach(names::add);
    }
    return names;
  }
}
