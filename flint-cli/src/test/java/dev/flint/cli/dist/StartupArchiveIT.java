package dev.flint.cli.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is wrong with the start-up archive, results come out alone and whole: a VM that cannot
 * use it, or makes it as it exits (from 19 on), has nothing to say on standard output.
 */
final class StartupArchiveIT {
  private static final String EMPTY_LIST =
      "{\n  \"schema\" : \"images/v1\",\n  \"images\" : [ ]\n}";

  /** A distribution with its archive, at the place it was made for. */
  private static Distribution archived;

  /** The archive as it was made. */
  private static Path good;

  /** Where the launcher looks for it. */
  private static Path place;

  @TempDir Path folder;

  @BeforeAll
  static void makesAnArchive(@TempDir Path own) throws Exception {
    archived = Distribution.built().copyTo(own.resolve("flint"));
    Launch launch = new Launch(own).with("JAVA_HOME", BriefJdk.in(own).toString());
    assertEquals(new Launch.Result(0, "", ""), launch.run(archived.launcher(), "self-archive"));
    place = archive();
    good = Files.copy(place, own.resolve("good"));
    // Other users shall reach it.
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  /** The one of commands. */
  private static Path archive() throws IOException {
    return archived.archives().stream()
        .filter(file -> !String.valueOf(file.getFileName()).startsWith("flint-agent-"))
        .findFirst()
        .orElseThrow();
  }

  @BeforeEach
  void takesTheGoodArchive() throws IOException {
    Files.setLastModifiedTime(
        archived.jar(), Files.getLastModifiedTime(Distribution.built().jar()));
    Files.deleteIfExists(place);
    Files.copy(good, place, StandardCopyOption.COPY_ATTRIBUTES);
  }

  /**
   * What may be wrong. Not a file that lost what the VM maps: that ends the VM at its first look,
   * and it never comes to be, as the VM removes what it cannot write whole and a new file is
   * renamed into its place.
   */
  enum State {
    FITTING,
    MISSING,
    EMPTY,
    GARBAGE,
    ONE_BYTE_SHORT,
    OF_ANOTHER_BUILD_OF_THE_JDK,
    OF_OTHER_JARS,
    A_FOLDER,
    A_LINK_TO_NOWHERE;

    void make(Path file) throws IOException {
      switch (this) {
        case FITTING -> {}
        case MISSING -> Files.delete(file);
        case EMPTY -> cut(file, 0);
        case GARBAGE ->
            Files.write(file, "garbage".repeat(10_000).getBytes(StandardCharsets.UTF_8));
        case ONE_BYTE_SHORT -> cut(file, Files.size(file) - 1);
        case OF_ANOTHER_BUILD_OF_THE_JDK -> otherBuild(file);
        case OF_OTHER_JARS ->
            Files.setLastModifiedTime(archived.jar(), FileTime.fromMillis(1_000_000_000_000L));
        case A_FOLDER -> {
          Files.delete(file);
          Files.createDirectory(file);
        }
        case A_LINK_TO_NOWHERE -> {
          Files.delete(file);
          Files.createSymbolicLink(file, Path.of("nowhere/at/all"));
        }
      }
    }

    private static void cut(Path file, long size) throws IOException {
      try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
        channel.truncate(size);
      }
    }

    /** The header names the build that made it, and must name the one that reads it. */
    private static void otherBuild(Path file) throws IOException {
      byte[] bytes = Files.readAllBytes(file);
      String start = new String(Arrays.copyOf(bytes, 4096), StandardCharsets.ISO_8859_1);
      int build = start.indexOf(", built on ");
      assertTrue(build > 0, "no build in the header");
      bytes[build - 2] ^= 1;
      Files.write(file, bytes);
    }
  }

  @ParameterizedTest
  @EnumSource
  void resultsComeOutAloneTwice(State state) throws Exception {
    state.make(place);
    // The second run finds what the first has made of it.
    for (int run = 1; run <= 2; run++) {
      assertEquals(listed(), launch().run(archived.launcher(), "images", "--json"), state::name);
    }
  }

  @ParameterizedTest
  @EnumSource
  void soTheyDoForOneWhoCannotChangeIt(State state) throws Exception {
    state.make(place);
    assertEquals(listed(), launch().unprivileged().run(archived.launcher(), "images", "--json"));
  }

  @Test
  void anArchiveThatCannotBeReadIsPassedOver() throws Exception {
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("---------"));
    assertEquals(listed(), launch().unprivileged().run(archived.launcher(), "images", "--json"));
  }

  @Test
  void aCacheThatIsFullOrReadOnlySaysNothing() throws Exception {
    Files.delete(place);
    Path cache = Files.createDirectory(folder.resolve("cache"));
    // No file may have more than 1 MiB, as on a disk that is full while the archive is written.
    Launch.Result full =
        launch()
            .run(
                Path.of("/bin/sh"),
                "-c",
                "ulimit -f 2048; trap '' XFSZ; exec " + archived.launcher() + " images --json");
    assertEquals(listed(), full);
    Files.deleteIfExists(place);
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("r-xr-xr-x"));
    assertEquals(
        listed(),
        launch()
            .unprivileged()
            .with("XDG_CACHE_HOME", cache.toString())
            .run(archived.launcher(), "images", "--json"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"})
  void optionsOfTheEnvironmentAreToldAside(String variable) throws Exception {
    Launch.Result result =
        launch().with(variable, "-Dsome=thing").run(archived.launcher(), "images", "--json");
    assertEquals(listed().out(), result.out());
    assertTrue(result.err().contains("Picked up " + variable), result.err());
  }

  @Test
  void aMessageTheVmInsistsOnComesAside() throws Exception {
    Launch.Result result =
        launch()
            .with("FLINT_JAVA_OPTS", "-XX:+PrintFlagsFinal")
            .run(archived.launcher(), "images", "--json");
    assertEquals(listed().out(), result.out());
    assertTrue(result.err().contains("MaxHeapSize"), "where the flags are");
  }

  private Launch launch() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    return new Launch(folder);
  }

  private static Launch.Result listed() {
    return new Launch.Result(0, EMPTY_LIST + "\n", "");
  }
}
