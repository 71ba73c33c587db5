package dev.flint.cli.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.cli.Flint;
import dev.flint.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Help that the launcher prints from files is what the program says, and takes no Java. */
final class LauncherHelpIT {
  private static final Path FILES = Distribution.built().folder().resolve("lib/help");

  @TempDir Path folder;

  /** All commands that help shows, by all their names; the root is the empty one. */
  static List<String> commands() {
    List<String> names = new ArrayList<>(List.of(""));
    add(Flint.model(), "", names);
    return names;
  }

  private static void add(CommandLine parent, String words, List<String> names) {
    parent
        .getSubcommands()
        .forEach(
            (name, command) -> {
              if (!command.getCommandSpec().usageMessage().hidden()) {
                names.add((words + " " + name).strip());
                add(command, words + " " + name, names);
              }
            });
  }

  @ParameterizedTest
  @MethodSource("commands")
  void isTheSame(String command) throws Exception {
    String expected = program(command + " --help");
    for (String call : List.of(command + " --help", command + " -h", "help " + command)) {
      assertEquals(new Launch.Result(0, expected, ""), launcher(call), call);
      assertEquals(expected, program(call), call);
    }
  }

  @Test
  void isPrintedWhereNothingIsAsked() throws Exception {
    assertEquals(new Launch.Result(0, program(""), ""), launcher(""));
  }

  @Test
  void thereIsAFileForEachCommandAndNoOther() throws IOException {
    Set<String> expected =
        commands().stream()
            .map(name -> (name.isEmpty() ? "flint" : name.replace(' ', '/')) + ".txt")
            .collect(Collectors.toCollection(TreeSet::new));
    try (Stream<Path> files = Files.walk(FILES)) {
      assertEquals(
          expected,
          files
              .filter(Files::isRegularFile)
              .map(file -> FILES.relativize(file).toString())
              .collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "help none",
        "help ../version",
        "help images none",
        "none --help",
        "images none --help",
        "run image -h",
        "help self-archive-training",
        "--help images",
        "-q --help"
      })
  void whatNamesNoCommandIsLeftToTheProgram(String call) throws Exception {
    assertEquals(3, launcher(call).exit());
  }

  @Test
  void aLostAnswerIsAnError() throws Exception {
    Launch.Result result =
        new Launch(folder)
            .run(
                Path.of("/bin/sh"),
                "-c",
                Distribution.built().launcher() + " --help >/dev/full 2>/dev/null");
    assertEquals(3, result.exit());
  }

  /** Without a Java that could answer. */
  private Launch.Result launcher(String call) throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    for (String tool : List.of("cat", "readlink")) {
      if (!Files.exists(bin.resolve(tool))) {
        Files.createSymbolicLink(bin.resolve(tool), Path.of("/usr/bin", tool));
      }
    }
    return new Launch(folder)
        .without("JAVA_HOME")
        .with("PATH", bin.toString())
        .run(Distribution.built().launcher(), words(call));
  }

  /** On a wide terminal, which changes nothing. */
  private static String program(String call) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    assertEquals(0, Flint.run(new Console(out, out, true, 200, true), Map.of(), words(call)));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static String[] words(String call) {
    return call.isBlank() ? new String[0] : call.strip().split(" ");
  }
}
