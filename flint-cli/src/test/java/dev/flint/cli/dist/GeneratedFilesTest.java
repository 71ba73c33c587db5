package dev.flint.cli.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares the generated files with the checked-in ones; {@code -Dflint.update=true} writes them
 * instead (CONTRIBUTING.md).
 */
final class GeneratedFilesTest {
  private static final Map<Path, String> GENERATED = GeneratedFiles.all();

  static Set<Path> files() {
    return GENERATED.keySet();
  }

  @ParameterizedTest
  @MethodSource("files")
  void areWhatTheCommandsSay(Path path) throws IOException {
    Path file = GeneratedFiles.ROOT.resolve(path);
    String expected = String.valueOf(GENERATED.get(path));
    if (Boolean.getBoolean("flint.update")) {
      Files.createDirectories(GeneratedFiles.ROOT.resolve(path).getParent());
      Files.writeString(file, expected);
    }
    assertEquals(
        expected,
        Files.exists(file) ? Files.readString(file) : "",
        () ->
            path
                + " is out of date: mvn -q -pl flint-cli -am test -Dflint.update=true"
                + " -Dtest=GeneratedFilesTest -Dsurefire.failIfNoSpecifiedTests=false");
  }

  @Test
  void areAllThereIs() throws IOException {
    Set<Path> found = new TreeSet<>();
    for (Path folder : Set.of(GeneratedFiles.PAGES, GeneratedFiles.COMPLETIONS)) {
      try (Stream<Path> list = Files.list(GeneratedFiles.ROOT.resolve(folder))) {
        list.map(file -> folder.resolve(file.getFileName())).forEach(found::add);
      }
    }
    assertEquals(new TreeSet<>(GENERATED.keySet()), found);
  }
}
