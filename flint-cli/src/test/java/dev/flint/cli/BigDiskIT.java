package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.registry.testing.DockerRegistry;
import dev.flint.testing.Command;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large disks pass through little memory. */
class BigDiskIT {
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  @TempDir Path folder;
  private DockerRegistry peer;
  private String reference;

  @BeforeEach
  void startRegistry() {
    peer = DockerRegistry.start(folder.resolve("registry"));
    reference = peer.host() + "/big/disk:1";
  }

  @AfterEach
  void stopRegistry() {
    peer.close();
  }

  /** U8: sparse. */
  @Test
  void eightGibibytesOfNothingNeedLessThanHalfAGibibyte() throws Exception {
    Path disk = sparse("zeros.img", 8 * GIB);
    Cli user = user("user");
    // The options of the launcher for commands that move data.
    List<String> options = List.of("-XX:+UseSerialGC", "-Xmx128m");
    assertBelow(512 * MIB, user, options, "import", "--disk", disk.toString(), reference);
    assertBelow(512 * MIB, user, options, "push", reference);
    String copy = peer.host() + "/other/disk:1";
    Command.run(
            "skopeo",
            "copy",
            "--preserve-digests",
            "--src-tls-verify=false",
            "--dest-tls-verify=false",
            "docker://" + reference,
            "docker://" + copy)
        .ok();
    Cli device = user("device");
    assertBelow(512 * MIB, device, options, "pull", copy);
    Path out = folder.resolve("out.img");
    assertBelow(512 * MIB, device, options, "unpack", copy, "--to", out.toString());
    assertEquals(8 * GIB, Files.size(out));
    assertTrue(allocated(out) < 16 * MIB, "not sparse: " + allocated(out));
    // All of it is a hole, so there is nothing to compare but the size.
    assertTrue(allocated(disk) < 16 * MIB);
  }

  @Test
  void fortyEightMebibytesOfHeapAreEnoughForTwoGibibytes() throws Exception {
    Path disk = sparse("noise.img", 2 * GIB);
    noise(disk);
    Cli user = user("user");
    List<String> small = List.of("-XX:+UseSerialGC", "-Xmx48m");
    assertBelow(Long.MAX_VALUE, user, small, "import", "--disk", disk.toString(), reference);
    assertBelow(Long.MAX_VALUE, user, small, "push", reference);
    Cli device = user("device");
    assertBelow(Long.MAX_VALUE, device, small, "pull", reference);
    Path out = folder.resolve("out.img");
    assertBelow(Long.MAX_VALUE, device, small, "unpack", reference, "--to", out.toString());
    assertEquals(-1, Files.mismatch(disk, out));
    assertTrue(allocated(out) < allocated(disk) + 16 * MIB, "not sparse: " + allocated(out));
  }

  private Cli user(String name) throws IOException {
    return new Cli(Files.createDirectory(folder.resolve(name)));
  }

  private Path sparse(String name, long size) throws IOException {
    Path file = folder.resolve(name);
    try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.setLength(size);
    }
    return file;
  }

  private static void noise(Path disk) throws IOException {
    byte[] block = new byte[1 << 20];
    Random random = new Random(11);
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      for (int i = 0; i < 96; i++) {
        random.nextBytes(block);
        file.seek(i * 21L * MIB);
        file.write(block);
      }
    }
  }

  /** Bytes on the medium, as the file system counts them. */
  private static long allocated(Path file) throws IOException {
    Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
    String blocks = new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return Long.parseLong(blocks.strip()) * 512;
  }

  private static void assertBelow(long bytes, Cli user, List<String> options, String... args)
      throws Exception {
    Process process = user.start(options, args);
    long peak = 0;
    while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
      peak = Math.max(peak, peakResident(process));
    }
    assertEquals(0, process.exitValue(), user.childLog());
    assertTrue(peak > 0 && peak < bytes, args[0] + " took " + peak / MIB + " MiB");
  }

  private static long peakResident(Process process) {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        }
      }
    } catch (IOException e) {
      // It ended between the question and the look.
    }
    return 0;
  }
}
