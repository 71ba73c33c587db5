package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.json.JsonObject;
import dev.flint.registry.testing.DockerRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device gets a new version of a disk from docker-registry, and only what is new of it. */
@Timeout(180)
class UpdateIT {
  private static final int SIZE = 32 << 20;
  private static final int INSERTED = 300_001;

  /** What a change of one place may cost: itself, a chunk on each side, both ends of the blob. */
  private static final int LITTLE = INSERTED + (4 << 20);

  private static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xmx96m");

  @TempDir static Path shared;
  @TempDir Path folder;

  private static DockerRegistry registry;
  private static CountedLink link;
  private static Path disk1;
  private static Path disk2;
  private static String version1;
  private static String version2;
  private Cli device;

  @BeforeAll
  static void push() throws IOException {
    registry = DockerRegistry.start(shared.resolve("registry"));
    link = new CountedLink(registry.address());
    version1 = link.host() + "/update/disk:1";
    version2 = link.host() + "/update/disk:2";
    byte[] old = new byte[SIZE];
    new Random(1).nextBytes(old);
    byte[] inserted = new byte[INSERTED];
    new Random(2).nextBytes(inserted);
    byte[] updated = new byte[SIZE + INSERTED];
    System.arraycopy(old, 0, updated, 0, SIZE / 3);
    System.arraycopy(inserted, 0, updated, SIZE / 3, INSERTED);
    System.arraycopy(old, SIZE / 3, updated, SIZE / 3 + INSERTED, SIZE - SIZE / 3);
    disk1 = Files.write(shared.resolve("disk1.raw"), old);
    disk2 = Files.write(shared.resolve("disk2.raw"), updated);
    Cli developer = new Cli(Files.createDirectory(shared.resolve("developer")));
    developer.run("import", "--push", "--disk", disk1.toString(), version1).ok();
    developer.run("import", "--push", "--disk", disk2.toString(), version2).ok();
  }

  @AfterAll
  static void stop() throws IOException {
    link.close();
    registry.close();
  }

  @BeforeEach
  void newDevice() throws IOException {
    link.drop();
    device = new Cli(Files.createDirectory(folder.resolve("device")));
  }

  private static long number(String json, String member) throws IOException {
    return JsonObject.parse(json.getBytes(StandardCharsets.UTF_8), "output")
        .integer(member)
        .orElseThrow();
  }

  @Test
  void aPullFetchesWhatNoStoredImageHas() throws IOException {
    device.run("pull", version1).ok();
    link.drop();
    String pulled = device.run("pull", version2, "--json").ok();
    assertTrue(link.bytes() < LITTLE, link.bytes() + " bytes came");
    assertTrue(number(pulled, "fetchedBytes") <= link.bytes());
    assertTrue(number(pulled, "reusedBytes") > SIZE - LITTLE, pulled);
    assertTrue(number(pulled, "requests") <= 30, pulled);
    String out = folder.resolve("out.raw").toString();
    device.run("unpack", version2, "--to", out).ok();
    assertEquals(-1, Files.mismatch(disk2, Path.of(out)));
  }

  @Test
  void aPullSaysWhatItReused() throws IOException {
    device.run("pull", version1).ok();
    Cli.Result result = device.run("pull", version2);
    assertTrue(result.ok().startsWith(version2 + "@sha256:"), result.out());
    assertTrue(result.err().contains("reused 3"), result.err());
  }

  @Test
  void aDiskServesAsWellAsAnImage() throws IOException {
    String pulled = device.run("pull", version2, "--json", "--from-disk", disk1.toString()).ok();
    assertTrue(number(pulled, "fetchedBytes") < LITTLE, pulled);
    device.run("unpack", version2, "--to", folder.resolve("out.raw").toString()).ok();
    assertEquals(-1, Files.mismatch(disk2, folder.resolve("out.raw")));
  }

  @Test
  void unpackWritesTheDiskAndStoresNothing() throws IOException {
    Path out = folder.resolve("out.raw");
    assertEquals(
        out.toString(), device.run("pull", version2, "--unpack", "--to", out.toString()).ok());
    assertEquals(-1, Files.mismatch(disk2, out));
    assertFalse(Files.exists(device.store()));
  }

  @Test
  void unpackWithAnOldDiskFetchesLittle() throws IOException {
    Path out = folder.resolve("out.raw");
    String pulled =
        device
            .run(
                "pull",
                version2,
                "--unpack",
                "--to",
                out.toString(),
                "--from-disk",
                disk1.toString(),
                "--json")
            .ok();
    assertEquals(-1, Files.mismatch(disk2, out));
    assertTrue(link.bytes() < LITTLE, link.bytes() + " bytes came");
    assertTrue(number(pulled, "reusedBytes") > SIZE - LITTLE, pulled);
  }

  @Test
  void unpackGoesIntoTheCapstanRepositoryToo() throws IOException {
    device.run("pull", version1, "--unpack", "--to-capstan", "web").ok();
    assertEquals(-1, Files.mismatch(disk1, device.capstanImage("web").resolve("web.raw")));
  }

  @Test
  void aKilledUnpackGoesOnWhereItWas() throws Exception {
    Path out = folder.resolve("out.raw");
    link.stallAfter(SIZE / 2);
    Process pull = device.start(JVM, "pull", version2, "--unpack", "--to", out.toString());
    link.awaitStall();
    Path partial = folder.resolve(".out.raw.flint-partial");
    while (pull.isAlive() && (!Files.exists(partial) || Files.size(partial) < SIZE / 4)) {
      Thread.onSpinWait();
    }
    assertTrue(pull.isAlive(), device.childLog());
    pull.destroyForcibly().waitFor();
    assertFalse(Files.exists(out));
    link.drop();
    device.run("pull", version2, "--unpack", "--to", out.toString()).ok();
    assertEquals(-1, Files.mismatch(disk2, out));
    assertTrue(link.bytes() < SIZE * 3L / 4 + LITTLE, link.bytes() + " bytes came");
    assertFalse(Files.exists(partial));
  }

  @Test
  void aPlaceForTheDiskNeedsUnpack() {
    device.run("pull", version1, "--to", "x.raw").fails(2);
    device.run("pull", version1, "--unpack", "--all-platforms").fails(2);
  }

  @Test
  void aSeedThatIsNotThereIsAnError() {
    device.run("pull", version1, "--from-disk", folder.resolve("none").toString()).fails(4);
    device.run("pull", version1, "--from-disk", folder.toString()).fails(9);
  }
}
