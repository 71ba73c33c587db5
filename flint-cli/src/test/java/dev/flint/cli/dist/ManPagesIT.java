package dev.flint.cli.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.ModelCommands;
import dev.flint.testing.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The distribution has a man page for every command, and man shows it. */
final class ManPagesIT {
  private static final Path FOLDER = Distribution.built().folder().resolve("man/man1");

  static List<String> pages() {
    return ModelCommands.visible().stream().map(spec -> spec.qualifiedName("-") + ".1").toList();
  }

  @Test
  void thereIsOneForEachCommandAndNoOther() throws Exception {
    try (Stream<Path> files = Files.list(FOLDER)) {
      Set<String> found = new TreeSet<>();
      files.forEach(file -> found.add(String.valueOf(file.getFileName())));
      assertEquals(new TreeSet<>(pages()), found);
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void manShowsItWithoutAWarning(String page) {
    Command.Result shown =
        Command.run(
            "env",
            "MANWIDTH=80",
            "LC_ALL=C.UTF-8",
            "man",
            "--warnings",
            "-l",
            FOLDER.resolve(page));
    assertEquals("", shown.ok().err());
    String text = shown.out().replaceAll(".\b", "");
    for (String part : List.of("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS")) {
      assertTrue(text.contains("\n" + part + "\n"), page + " has no " + part);
    }
    assertTrue(text.contains("Example:"), page);
  }
}
