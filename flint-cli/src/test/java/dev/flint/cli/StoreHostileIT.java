package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store commands at folders that nobody would wish for, and killed in the middle. */
class StoreHostileIT {
  private static final List<String> SMALL = List.of("-XX:+UseSerialGC", "-Xmx64m");

  @TempDir Path folder;
  private Cli user;
  private Path disk;
  private Path blobs;

  @BeforeEach
  void importDisk() throws Exception {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
    disk = folder.resolve("disk.raw");
    DemoGuest.writeRaw(disk, "/hello.so");
    user.run("import", "--disk", disk.toString(), "x:1").ok();
    blobs = user.store().resolve("blobs/sha256");
  }

  private void runSmall(String... args) throws Exception {
    assertEquals(0, user.start(SMALL, args).waitFor(), user::childLog);
  }

  @Test
  void aHundredThousandBlobsNeedLittleMemory() throws Exception {
    int count = 100_000;
    for (int i = 0; i < count; i++) {
      byte[] bytes = ("{\"orphan\":" + i + "}").getBytes(StandardCharsets.US_ASCII);
      Files.write(blobs.resolve(Digest.sha256(bytes).encoded()), bytes);
    }
    runSmall("store", "fsck");
    runSmall("store", "du");
    // These print a line for each, or more.
    for (String[] line :
        List.of(
            new String[] {"-q", "store", "ls", "--orphans"},
            new String[] {"store", "ls"},
            new String[] {"store", "ls", "--json"},
            new String[] {"store", "ls", "-o", "yaml"},
            new String[] {"store", "ls", "-o", "{{.digest}}"},
            new String[] {"store", "gc", "--min-age", "0", "--dry-run"},
            new String[] {"store", "gc", "--min-age", "0", "--json"})) {
      assertEquals(
          0,
          user.start(List.of("-XX:+UseSerialGC", "-Xmx96m"), line).waitFor(),
          () -> String.join(" ", line));
    }
    assertEquals(3, Cli.names(blobs).size());
    user.run("unpack", "x:1", "--to", folder.resolve("copy").toString()).ok();
    assertEquals(-1, Files.mismatch(disk, folder.resolve("copy")));
  }

  @Test
  void aKilledRepairLosesNothing() throws Exception {
    int count = 2000;
    for (int i = 0; i < count; i++) {
      Files.writeString(
          blobs.resolve(Digest.sha256(new byte[] {(byte) i, (byte) (i >> 8)}).encoded()), "bad");
    }
    Random random = new Random(42);
    Path quarantine = user.store().resolve(".flint/quarantine");
    for (int i = 0; i < 4; i++) {
      Process repair = user.start(SMALL, "store", "fsck", "--repair");
      if (!repair.waitFor(300 + random.nextLong(1500), TimeUnit.MILLISECONDS)) {
        repair.destroyForcibly().waitFor();
      }
      int moved = Files.exists(quarantine) ? Cli.names(quarantine).size() : 0;
      assertEquals(count + 3, Cli.names(blobs).size() + moved);
    }
    user.run("store", "fsck", "--repair").ok();
    assertEquals(count, Cli.names(quarantine).size());
    user.run("unpack", "x:1", "--to", folder.resolve("copy").toString()).ok();
  }

  @Test
  void anIndexThatIsTooLongIsToldByEveryCommand() throws Exception {
    Files.write(user.store().resolve("index.json"), new byte[8 << 20]);
    Cli.Result check = user.run("store", "fsck", "--json");
    assertEquals(8, check.exit());
    assertTrue(check.out().contains("\"problem\" : \"layout\""), check.out());
    user.run("store", "ls").fails(10);
    user.run("store", "du").fails(10);
    user.run("store", "gc").fails(10);
  }
}
