package dev.flint.cli.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the launcher answers to a completion, and which files it touches for that. */
final class NameLookupIT {
  private static final Distribution FLINT = Distribution.built();

  @TempDir Path folder;

  /** Each row: what is set, and the folder of the cache, if there is to be one. */
  @ParameterizedTest
  @CsvSource({"XDG_CACHE_HOME, cache, home/.cache", "HOME, '',", "HOME, /nowhere,"})
  void keepsNamesInTheUsersCacheOnly(String name, String value, String cache) throws Exception {
    Path own = Files.createDirectory(folder.resolve("cache-of-" + name + value.length()));
    Path home = Files.createDirectory(own.resolve("home"));
    Launch launch = new Launch(own).with("HOME", home.toString()).with(name, value);
    launch.run(FLINT.launcher(), "__complete", "remote", "127.0.0.1:1/a/b:");
    try (Stream<Path> files = Files.walk(own)) {
      List<Path> kept = files.filter(file -> file.endsWith("flint/names")).toList();
      assertEquals(cache == null ? List.of() : List.of(own.resolve(cache + "/flint/names")), kept);
    }
    assertFalse(Files.exists(Path.of("/.cache/flint")));
  }

  /** Who can write names there can make links to files that would be emptied. */
  @Test
  void takesNoNamesFromAnothersCache() throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "only root has several users");
    Path cache = Files.createDirectory(folder.resolve("anothers"));
    Path names = Files.createDirectories(cache.resolve("flint/names"));
    Files.writeString(names.resolve("tags-127.0.0.1:1%a"), "wrong\n");
    Path victim = Files.writeString(cache.resolve("victim"), "content");
    for (String suffix : List.of("~asked", ".asked")) {
      Files.createSymbolicLink(names.resolve("tags-127.0.0.1:1%b" + suffix), victim);
    }
    for (Path each : List.of(folder, cache, names, victim)) {
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    Launch launch = new Launch(cache).unprivileged().with("XDG_CACHE_HOME", cache.toString());
    for (String word : List.of("127.0.0.1:1/a:", "127.0.0.1:1/b:")) {
      assertEquals(
          new Launch.Result(0, "", ""), launch.run(FLINT.launcher(), "__complete", "remote", word));
    }
    assertEquals("content", Files.readString(victim));
  }

  @Test
  void localNamesNeedNoJava() throws Exception {
    Path store = Files.createDirectories(folder.resolve("flint/store"));
    Files.writeString(
        store.resolve("index.json"), "{\"org.opencontainers.image.ref.name\":\"tools:1\"}");
    Launch launch = new Launch(folder).with("JAVA_HOME", "/nowhere");
    assertEquals(
        new Launch.Result(0, "tools:1\n", ""),
        launch.run(FLINT.launcher(), "__complete", "stored", "t"));
    assertEquals(new Launch.Result(0, "", ""), launch.run(FLINT.launcher(), "__complete"));
  }
}
