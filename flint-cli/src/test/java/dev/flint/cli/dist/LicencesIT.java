package dev.flint.cli.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class LicencesIT {
  private static final Path FOLDER = Distribution.built().folder();

  @Test
  void nameEveryJarOfOthers() throws IOException {
    try (Stream<Path> jars = Files.list(FOLDER.resolve("lib"))) {
      Set<String> shipped =
          jars.map(jar -> jar.getFileName().toString())
              .filter(name -> name.endsWith(".jar") && !name.startsWith("flint"))
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(shipped, listed());
    }
  }

  @Test
  void includeOurs() throws IOException {
    assertTrue(Files.readString(FOLDER.resolve("LICENSE")).contains("Apache License"));
  }

  private static Set<String> listed() throws IOException {
    try (Stream<String> lines = Files.lines(FOLDER.resolve("THIRD-PARTY"))) {
      return lines
          .filter(line -> line.contains(".jar "))
          .map(line -> line.substring(0, line.indexOf(' ')))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
