package dev.flint.cli.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
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

  /** One test, as making an archive takes long. */
  @Test
  void keepsTheArchiveInTheCacheWhenItsOwnFolderIsReadOnlyAndPassesOverAnothers() throws Exception {
    // Java 17 has no use for an archive of jars in a path with a space.
    distribution = Distribution.built().copyTo(folder.resolve("flint"));
    Launch launch = readOnly().with("JAVA_HOME", BriefJdk.in(folder).toString());
    assertEquals(new Launch.Result(0, "", ""), launch.run(distribution.launcher(), "self-archive"));
    assertEquals(List.of(), distribution.archives());
    try (var files = Files.walk(folder.resolve(".cache/flint"))) {
      assertEquals(
          List.of(false, true),
          kinds(files.filter(file -> file.toString().endsWith(".jsa")).toList()));
    }
    Path log = folder.resolve("log");
    launch.with("FLINT_JAVA_OPTS", "-Xlog:class+load:file=" + log);
    assertHelp(launch.run(distribution.launcher(), "-q", "--help"));
    String shared = "dev.flint.cli.Flint source: shared objects file";
    assertTrue(Files.readString(log).contains(shared), "it is used");

    assumeTrue(System.getProperty("user.name").equals("root"), "only root has several users");
    Path cache = folder.resolve(".cache/flint" + distribution.folder().toRealPath());
    Files.setOwner(cache, Files.getOwner(folder));
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertHelp(launch.run(distribution.launcher(), "-q", "--help"));
    assertFalse(Files.readString(log).contains(shared), "it is not another's");
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
            .contains("dev.flint.cli.Flint source: shared objects file"));
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

  /** An archive is code, and some caches can be written by everybody. */
  @Test
  void clearsAwayWhatAKilledRunLeft() throws Exception {
    Path lib = distribution.folder().resolve("lib");
    Path archive =
        archived.archives().stream()
            .filter(file -> !file.getFileName().toString().startsWith("flint-agent-"))
            .findFirst()
            .orElseThrow();
    Path old = Files.createFile(lib.resolve(archive.getFileName() + ".123"));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    Path young = Files.createFile(lib.resolve(archive.getFileName() + ".124"));
    Path ofAnotherVersion = Files.createFile(lib.resolve("flint-full-0.0.1-JDK.jsa"));
    Path ofAnotherAgent = Files.createFile(lib.resolve("flint-agent-0.0.1-JDK.jsa"));
    Path ofAnotherJdk =
        Files.createFile(lib.resolve(archive.getFileName().toString().replace(".jsa", "-x.jsa")));
    selfArchive(distribution, brief());
    assertFalse(Files.exists(old));
    assertTrue(Files.exists(young), "another may be making it");
    assertFalse(Files.exists(ofAnotherVersion));
    assertFalse(Files.exists(ofAnotherAgent));
    assertTrue(Files.exists(ofAnotherJdk), "another start may have that");
  }

  /** As devices without a battery for their clock do. */
  @Test
  void takesAnArchiveThatWasMadeWhenTheClockStoodBeforeTheBuild() throws Exception {
    // Java 17 has no use for an archive of jars in a path with a space.
    distribution = Distribution.built().copyTo(folder.resolve("flint"));
    Files.setLastModifiedTime(
        distribution.jar(), FileTime.from(Instant.now().plus(Duration.ofDays(1))));
    selfArchive(distribution, brief());
    Path log = folder.resolve("log");
    Launch launch = new Launch(folder).with("FLINT_JAVA_OPTS", "-Xlog:class+load:file=" + log);
    assertEquals(0, launch.run(distribution.launcher(), "images").exit());
    assertTrue(
        Files.readString(log).contains("dev.flint.cli.Flint source: shared objects file"),
        "it is used");
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

  /** A JDK 8 has its program in a folder jre, which PATH leads to, and its version beside that. */
  @Test
  void tellsAnOldJavaByTheFileOfItsJdk() throws Exception {
    Path old = javaHome("1.8.0_402");
    Path bin = Files.createDirectories(old.resolve("jre")).resolve("bin");
    Files.move(old.resolve("bin"), bin);
    Launch launch = withoutJava();
    Files.createSymbolicLink(folder.resolve("no java here/java"), bin.resolve("java"));
    Launch.Result result = launch.run(distribution.launcher(), "images");
    assertEquals(3, result.exit());
    assertTrue(result.err().contains("has Java 1.8.0_402"), result.err());
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

  /** As below cron and systemd, where none is set. */
  @ParameterizedTest
  @ValueSource(strings = {"", "C", "POSIX"})
  void filesHaveAnyLettersWithoutALocale(String locale) throws Exception {
    // By the shell, as the tests' own Java may know no such names.
    String script =
        "name=$(printf 'n\\303\\244me'); mkdir $name; cd $name || exit; echo disk >$name.raw;"
            + " HOME=$PWD \"$0\" -q convert $name.raw $name.qcow2 >out && [ -s $name.qcow2 ]";
    Launch launch = new Launch(folder).with("LC_ALL", locale);
    String flint = distribution.launcher().toString();
    assertEquals(new Launch.Result(0, "", ""), launch.run(Path.of("/bin/sh"), "-c", script, flint));
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

  /** Where it does not matter what is in an archive. */
  private Launch brief() throws IOException {
    return new Launch(folder).with("JAVA_HOME", BriefJdk.in(folder).toString());
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
        List.of(false, true), kinds(distribution.archives()), "for commands and for the agent");
  }

  /** Whether some archives are for commands, and whether some are for the agent. */
  private static List<Boolean> kinds(List<Path> archives) {
    return archives.stream()
        .map(archive -> String.valueOf(archive.getFileName()).startsWith("flint-agent-"))
        .distinct()
        .sorted()
        .toList();
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
