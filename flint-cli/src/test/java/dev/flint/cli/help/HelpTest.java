package dev.flint.cli.help;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.Cli;
import dev.flint.cli.ModelCommands;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the help of every command has, and how it looks on a terminal of 80 columns. */
class HelpTest {
  private static final int COLUMNS = 80;

  @TempDir Path folder;

  static List<String> commands() {
    return ModelCommands.visible().stream().map(spec -> spec.qualifiedName()).toList();
  }

  /** Without the first, which is flint. */
  private static String[] words(String command, String... more) {
    return Stream.concat(Arrays.stream(command.split(" ", -1)).skip(1), Arrays.stream(more))
        .toArray(String[]::new);
  }

  private String help(String command) {
    return new Cli(folder).run(words(command, "--help")).ok();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpIsUsageSummaryOptionsAndAnExample(String command) {
    List<String> lines = help(command).lines().toList();
    assertTrue(lines.get(0).startsWith("Usage: " + command + " [OPTIONS]"), lines.get(0));
    assertTrue(lines.contains("Global options:"), command);
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("Example:  flint")), command);
    for (String line : lines) {
      assertTrue(line.length() <= COLUMNS, line);
    }
  }

  /** Else picocli would break them, within an example too. */
  @Test
  void whatIsBelowTheOptionsFitsAsItIs() {
    for (var spec : ModelCommands.visible()) {
      for (String line : spec.usageMessage().footer()) {
        assertTrue(line.length() <= COLUMNS, spec.qualifiedName() + ": " + line);
      }
    }
  }

  @Test
  void theCommandsOfFlintAreAllInGroups() {
    String help = help("flint");
    assertFalse(help.contains("\n" + CommandGroups.OTHER + ":"), help);
    for (String title : List.of("Build", "Ship", "Store", "Run", "Registry", "Setup")) {
      assertTrue(help.contains("\n" + title + ":\n"), title);
    }
    assertTrue(help.contains("\n  images, ls  "), help);
    assertFalse(help.contains("self-archive-training"), help);
  }

  @Test
  void whatManyCommandsTakeComesAfterWhatOneTakes() {
    List<String> headings =
        help("flint pull").lines().filter(line -> line.matches("[A-Z][a-z ]+:")).toList();
    assertEquals(
        List.of("Options:", "Output options:", "Registry options:", "Global options:"), headings);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpOfACommandIsWhatTheCommandSays(String command) {
    String[] words = words(command);
    String[] asked = Stream.concat(Stream.of("help"), Arrays.stream(words)).toArray(String[]::new);
    assertEquals(help(command), new Cli(folder).run(asked).ok());
  }
}
