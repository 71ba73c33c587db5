package dev.flint.cli.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LauncherIT {
  private static final String HELP_START = "Usage: flint ";

  /** A distribution with its start-up archive. */
  private static Distribution archived;

  @TempDir Path folder;

  private Distribution distribution;

  @BeforeAll
  static void makesAnArchive(@TempDir Path folder) throws Exception {
    archived = Distribution.built().copyTo(folder.resolve("flint"));
    selfArchive(archived, new Launch(folder));
  }

  @BeforeEach
  void copiesTheDistributionToAPathWithASpace() throws IOException {
    distribution = Distribution.built().copyTo(folder.resolve("flint copy"));
  }

  @Test
  void answersTheVersionAsTheProgramDoes() throws Exception {
    Launch.Result launcher = run("--version");
    Command.Result java =
        Command.run(
            Path.of(System.getProperty("java.home"), "bin", "java"),
            "-jar",
            distribution.jar(),
            "--version");
    assertEquals(new Launch.Result(0, java.ok().out(), ""), launcher);
  }

  @Test
  void answersTheVersionWithoutJava() throws Exception {
    Launch.Result result = withoutJava().run(distribution.launcher(), "--version");
    assertEquals(0, result.exit());
    assertTrue(result.out().startsWith("flint "), result.out());
  }

  @Test
  void findsItselfThroughLinks() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path absolute = Files.createSymbolicLink(bin.resolve("a"), distribution.launcher());
    Path relative = Files.createSymbolicLink(bin.resolve("b"), Path.of("a"));
    assertHelp(new Launch(folder).run(absolute, "-q", "--help"));
    assertHelp(new Launch(folder).run(relative, "-q", "--help"));
  }

  @Test
  void passesArgumentsOnUnchanged() throws Exception {
    Launch.Result result = run("inspect", "a b*", "$HOME");
    assertEquals(2, result.exit());
    assertTrue(result.err().contains("a b*") || result.err().contains("$HOME"), result.err());
    assertEquals("", result.out());
  }

  @Test
  void keepsTheArchiveInTheCacheWhenItsOwnFolderIsReadOnly() throws Exception {
    Launch launch = readOnly();
    assertEquals(new Launch.Result(0, "", ""), launch.run(distribution.launcher(), "self-archive"));
    assertEquals(List.of(), distribution.archives());
    try (var files = Files.walk(folder.resolve(".cache/flint"))) {
      assertEquals(2, files.filter(file -> file.toString().endsWith(".jsa")).count());
    }
    assertHelp(launch.run(distribution.launcher(), "-q", "--help"));
  }

  @Test
  void makesAnArchiveThatTheVmTakes() throws Exception {
    Launch.Result result =
        new Launch(folder)
            .with("FLINT_JAVA_OPTS", "-Xshare:on -Xlog:class+load:file=" + folder.resolve("log"))
            .run(archived.launcher(), "images");
    assertEquals(0, result.exit(), result.err());
    assertTrue(
        Files.readString(folder.resolve("log"))
            .contains("dev.flint.cli.Flint source: shared objects file (top)"));
  }

  @Test
  void passesOverAnArchiveMadeInAnotherFolderSilently() throws Exception {
    archived.copyArchivesTo(distribution);
    assertHelp(run("-q", "--help"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage", ""})
  void passesOverADamagedArchiveSilently(String content) throws Exception {
    archived.copyArchivesTo(distribution);
    for (Path archive : distribution.archives()) {
      Files.delete(archive);
      Files.writeString(archive, content);
    }
    assertHelp(run("-q", "--help"));
  }

  @Test
  void passesOverAnArchiveOfOlderJarsSilently() throws Exception {
    FileTime built = Files.getLastModifiedTime(archived.jar());
    Files.setLastModifiedTime(archived.jar(), FileTime.fromMillis(1_000_000_000_000L));
    try {
      assertHelp(new Launch(folder).run(archived.launcher(), "-q", "--help"));
    } finally {
      Files.setLastModifiedTime(archived.jar(), built);
    }
  }

  @Test
  void doesWithoutAnArchiveWhenNoneCanBeWritten() throws Exception {
    Launch launch = readOnly().with("HOME", "/dev/null");
    assertEquals(new Launch.Result(0, "", ""), launch.run(distribution.launcher(), "self-archive"));
    assertHelp(launch.run(distribution.launcher(), "-q", "--help"));
  }

  @Test
  void takesTheNextJavaWhenFlintJavaIsTooOld() throws Exception {
    Path old = javaHome("11.0.2");
    Launch.Result result =
        new Launch(folder)
            .with("FLINT_JAVA", old.toString())
            .run(distribution.launcher(), "-q", "--help");
    assertEquals(0, result.exit());
    assertTrue(result.out().startsWith(HELP_START), result.out());
    assertEquals(
        "flint: FLINT_JAVA is passed over: FLINT_JAVA has Java 11.0.2; Flint needs Java 17 or later\n",
        result.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.8.0_402", "11.0.2", "16"})
  void takesTheJavaOnPathWhenJavaHomeIsTooOld(String version) throws Exception {
    Path link = Files.createDirectories(folder.resolve("path")).resolve("java");
    Files.createSymbolicLink(link, Path.of(System.getProperty("java.home"), "bin", "java"));
    Launch launch =
        new Launch(folder)
            .with("JAVA_HOME", javaHome(version).toString())
            .with("PATH", link.getParent() + ":/usr/bin:/bin");
    assertHelp(launch.run(distribution.launcher(), "-q", "--help"));
  }

  @Test
  void takesAProgramAsFlintJava() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    assertHelp(
        withoutJava()
            .with("FLINT_JAVA", java.toString())
            .run(distribution.launcher(), "-q", "--help"));
  }

  @Test
  void saysInOneLineWhatToDoWithoutJava() throws Exception {
    Launch.Result result =
        withoutJava()
            .with("JAVA_HOME", javaHome("11.0.2").toString())
            .run(distribution.launcher(), "images");
    assertEquals(
        new Launch.Result(
            3,
            "",
            "flint: no Java 17 or later found (JAVA_HOME has Java 11.0.2); install one"
                + " (apt-get install openjdk-17-jre-headless) or set FLINT_JAVA to one\n"),
        result);
  }

  @Test
  void boundsTheHeapUnlessToldOtherwise() throws Exception {
    assertEquals(64, heapOf("images", ""));
    assertEquals(96, heapOf("pull", ""));
    assertEquals(48, heapOf("pull", "-Xmx48m"));
  }

  @Test
  void flagsBeforeACommandDoNotHideIt() throws Exception {
    assertEquals(64, heapOf("-q images", ""));
    assertEquals(96, heapOf("--progress images pull", ""));
    assertEquals(64, heapOf("--debug --progress=plain --progress none images", ""));
    assertEquals(48, heapOf("--progress plain registry serve", ""));
    assertEquals(64, heapOf("store du", ""));
    assertEquals(96, heapOf("store ls", ""));
    assertEquals(96, heapOf("-q store fsck", ""));
  }

  /** MiB of heap that a command may take. */
  private int heapOf(String command, String options) throws Exception {
    Path java = folder.resolve("showing-java");
    Files.writeString(
        java,
        "#!/bin/sh\nexec "
            + System.getProperty("java.home")
            + "/bin/java -XX:+PrintFlagsFinal \"$@\"\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Launch.Result result =
        new Launch(folder)
            .with("FLINT_JAVA", java.toString())
            .with("FLINT_JAVA_OPTS", options)
            .run(distribution.launcher(), (command + " -q --help").split(" "));
    String line =
        result.err().lines().filter(text -> text.contains(" MaxHeapSize ")).findFirst().orElse("");
    return Integer.parseInt(line.replaceAll("(?s).*= *([0-9]+) .*", "$1")) >> 20;
  }

  private Launch.Result run(String... args) throws Exception {
    return new Launch(folder).run(distribution.launcher(), args);
  }

  /** Starts by a user who cannot write the distribution; for root that is somebody else. */
  private Launch readOnly() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.setPosixFilePermissions(
        distribution.folder().resolve("lib"), PosixFilePermissions.fromString("r-xr-xr-x"));
    return new Launch(folder).unprivileged();
  }

  private static void selfArchive(Distribution distribution, Launch launch) throws Exception {
    assertEquals(new Launch.Result(0, "", ""), launch.run(distribution.launcher(), "self-archive"));
    assertEquals(
        List.of(false, true),
        distribution.archives().stream()
            .map(archive -> String.valueOf(archive.getFileName()).startsWith("flint-agent-"))
            .sorted()
            .toList(),
        "one for commands and one for the agent");
  }

  private Launch withoutJava() throws IOException {
    Path path = Files.createDirectories(folder.resolve("no java here"));
    Path readlink = path.resolve("readlink");
    if (!Files.exists(readlink)) {
      Files.createSymbolicLink(readlink, Path.of("/usr/bin/readlink"));
    }
    return new Launch(folder).without("JAVA_HOME").with("PATH", path.toString());
  }

  /** A folder that looks like a JDK of a version; its program fails. */
  private Path javaHome(String version) throws IOException {
    Path home = folder.resolve("jdk-" + version);
    Files.createDirectories(home.resolve("bin"));
    Path java = Files.writeString(home.resolve("bin/java"), "#!/bin/sh\nexit 99\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private static void assertHelp(Launch.Result result) {
    assertEquals("", result.err());
    assertEquals(0, result.exit());
    assertTrue(result.out().startsWith(HELP_START), result.out());
    assertFalse(result.out().contains("[warning]"), result.out());
  }
}
