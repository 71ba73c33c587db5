package dev.flint.capstan;

import static dev.flint.capstan.RepositoryFixture.bootDisk;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.disk.DiskFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class CrashTest {
  private static final CapstanName WEB = CapstanName.parse("ns/web");

  @TempDir Path folder;
  private RepositoryFixture fixture;

  @BeforeEach
  void makeRoot() {
    fixture = new RepositoryFixture(folder.resolve("root"));
  }

  private void put(CapstanName name, boolean force, String text) throws IOException {
    fixture.open().put(name, IndexYaml.EMPTY, force, file -> raw(file, text));
  }

  private static DiskFormat raw(Path file, String text) throws IOException {
    Files.write(file, bootDisk(text));
    return DiskFormat.RAW;
  }

  /** What a run that died leaves: its lock file, unlocked, and its directory. */
  private Path deadRun(String id) throws IOException {
    Path staging = Files.createDirectories(fixture.root().resolve(".flint-staging"));
    Files.createFile(staging.resolve(id + ".lock"));
    Path run = Files.createDirectory(staging.resolve(id));
    Files.createDirectory(run.resolve("new"));
    Files.write(run.resolve("new/web.raw"), bootDisk("half"));
    return run;
  }

  private void assertStagingIsEmpty() throws IOException {
    assertEquals(
        List.of(),
        fixture.tree().stream().filter(path -> path.startsWith(".flint-staging/")).toList());
  }

  @Test
  void leftoversAreNoImagesAndGoWithTheNextRun() throws Exception {
    deadRun("dead1");
    Files.createFile(fixture.root().resolve(".flint-staging/dead2.lock"));
    assertEquals(List.of(), fixture.open().list());
    assertStagingIsEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"find", "list", "put"})
  void restoresAnImageThatWasTakenAwayForOneThatNeverCame(String next) throws Exception {
    put(WEB, false, "old");
    Path run = deadRun("dead");
    Files.writeString(run.resolve("name"), "ns/web");
    Files.move(fixture.at("ns/web"), run.resolve("old"));
    Files.delete(fixture.at("ns"));

    switch (next) {
      case "find" -> assertTrue(Files.exists(fixture.open().find(WEB).file()));
      case "list" -> assertEquals(List.of(WEB), fixture.open().list());
      default -> put(CapstanName.parse("b"), false, "b");
    }

    assertArrayEquals(bootDisk("old"), Files.readAllBytes(fixture.at("ns/web/web.raw")));
    assertStagingIsEmpty();
  }

  @Test
  void dropsTheOldImageOnceTheNewOneIsThere() throws Exception {
    put(WEB, false, "new");
    Path run = deadRun("dead");
    Files.writeString(run.resolve("name"), "ns/web");
    Files.createDirectory(run.resolve("old"));
    Files.write(run.resolve("old/web.raw"), bootDisk("old"));

    assertEquals(List.of(WEB), fixture.open().list());

    assertArrayEquals(bootDisk("new"), Files.readAllBytes(fixture.at("ns/web/web.raw")));
    assertStagingIsEmpty();
  }

  @Test
  void doesNotBringBackAnImageThatWasReplacedAndThenRemoved() throws Exception {
    Path run = deadRun("dead");
    Files.writeString(run.resolve("name"), "ns/web");
    Files.move(run.resolve("new"), run.resolve("old"));

    assertEquals(List.of(), fixture.open().list());

    assertStagingIsEmpty();
  }

  @Test
  void neverDropsAnImageItCannotName() throws Exception {
    Path run = deadRun("dead");
    Files.createDirectory(run.resolve("old"));
    Files.write(run.resolve("old/web.raw"), bootDisk("old"));
    assertEquals(List.of(), fixture.open().list());
    Files.writeString(run.resolve("name"), "../../etc");
    assertEquals(List.of(), fixture.open().list());
    put(WEB, false, "new");
    assertArrayEquals(bootDisk("old"), Files.readAllBytes(run.resolve("old/web.raw")));
  }

  @Test
  void cleansNothingThroughALink() throws Exception {
    Path outside = Files.createDirectories(folder.resolve("outside/new"));
    Files.write(outside.resolve("keep"), new byte[1]);
    Path staging = Files.createDirectories(fixture.root().resolve(".flint-staging"));
    Files.createFile(staging.resolve("evil.lock"));
    Files.createSymbolicLink(staging.resolve("evil"), outside.resolveSibling(""));
    assertEquals(List.of(), fixture.open().list());
    assertTrue(Files.exists(outside.resolve("keep")));
  }

  @Test
  void waitsForNoFifoThatPosesAsALock() throws Exception {
    Path staging = Files.createDirectories(fixture.root().resolve(".flint-staging"));
    dev.flint.testing.Command.run("mkfifo", staging.resolve("pipe.lock")).ok();
    assertEquals(List.of(), fixture.open().list());
  }

  /** Runs in another process: puts an image whose disk never gets done. */
  static final class NeverDone {
    private NeverDone() {}

    public static void main(String[] args) throws IOException {
      new CapstanRepository(Path.of(args[0]))
          .put(
              WEB,
              IndexYaml.EMPTY,
              true,
              file -> {
                Files.write(file, bootDisk("half"));
                System.out.println("writing");
                // Ends when the parent dies or closes the pipe; it never does before the kill.
                int end = System.in.read();
                throw new IOException("read " + end);
              });
    }
  }

  @Test
  void cleansUpAfterAKilledProcessButNotAfterALiveOne() throws Exception {
    put(WEB, false, "old");
    Process other = start(NeverDone.class);
    try {
      assertEquals("writing", other.inputReader().readLine());

      put(CapstanName.parse("b"), false, "b");
      assertEquals(List.of(CapstanName.parse("b"), WEB), fixture.open().list());
      assertEquals(
          1,
          fixture.tree().stream().filter(path -> path.endsWith("new/disk")).count(),
          "a live run's files are gone");
    } finally {
      other.destroyForcibly().waitFor();
    }

    put(CapstanName.parse("c"), false, "c");
    assertStagingIsEmpty();
    assertArrayEquals(bootDisk("old"), Files.readAllBytes(fixture.at("ns/web/web.raw")));
    put(WEB, true, "new");
    assertArrayEquals(bootDisk("new"), Files.readAllBytes(fixture.at("ns/web/web.raw")));
  }

  /** Runs in another process: replaces an image over and over, saying so each time. */
  static final class NeverTired {
    private NeverTired() {}

    public static void main(String[] args) throws IOException {
      CapstanRepository repository = new CapstanRepository(Path.of(args[0]));
      for (int round = 0; ; round++) {
        String text = String.valueOf(round);
        repository.put(WEB, new IndexYaml(text, "", "", "", ""), true, file -> raw(file, text));
        System.out.println(text);
      }
    }
  }

  @Test
  void aKillAtAnyPointLeavesAWholeImage() throws Exception {
    Random random = new Random(3);
    for (int round = 0; round < 6; round++) {
      Process other = start(NeverTired.class);
      int last = -1;
      try {
        BufferedReader said = other.inputReader();
        for (int i = random.nextInt(40); i >= 0; i--) {
          last = Integer.parseInt(said.readLine());
        }
      } finally {
        other.destroyForcibly().waitFor();
      }

      CapstanDisk disk = fixture.open().find(WEB);

      String version = disk.index().version();
      assertTrue(Integer.parseInt(version) >= last, version + " after " + last);
      assertArrayEquals(bootDisk(version), Files.readAllBytes(disk.file()));
      assertStagingIsEmpty();
    }
  }

  private Process start(Class<?> main) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            fixture.root().toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
