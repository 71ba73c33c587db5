package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * One grammar over all commands: what an option is called, takes and means is the same wherever it
 * is. What it means is the beginning of its description; how that plays out in one command follows.
 */
class GrammarTest {
  /** Docker has both forms of the first, and the second; nobody expects anything else of them. */
  private static final Set<String> AS_DOCKER = Set.of("flint build --pull", "flint rm --force");

  /** What docker stop and docker run call it. */
  private static final Set<String> TWO_NAMES = Set.of("--time", "--stop-timeout");

  /** Letters that Docker uses for several things, as does Flint; the last is of qemu-img. */
  private static final Map<String, Set<String>> LETTERS =
      Map.of(
          "-t", Set.of("--tag", "--time", "--timestamps", "--tty"),
          "-f", Set.of("--file", "--follow", "--force", "--from-format"));

  private record Use(String command, OptionSpec option) {
    String name() {
      return option.longestName();
    }

    String meaning() {
      return option.description()[0].split("[.:;,]", 2)[0];
    }

    /** All that must be the same. */
    String words() {
      return Arrays.toString(option.names())
          + (option.arity().max() == 0
              ? " "
              : "=" + option.paramLabel() + " " + option.arity() + " ")
          + (option.negatable() ? "negatable " : "")
          + meaning();
    }
  }

  private static List<Use> uses() {
    List<Use> uses = new ArrayList<>();
    for (CommandSpec command : ModelCommands.visible()) {
      for (OptionSpec option : command.options()) {
        if (!option.hidden() && !option.inherited()) {
          uses.add(new Use(command.qualifiedName(), option));
        }
      }
    }
    return uses;
  }

  /** What the uses have of the one, by the other. */
  private static Map<String, Set<String>> by(
      List<Use> uses, Function<Use, String> key, Function<Use, String> value) {
    Map<String, Set<String>> all = new TreeMap<>();
    uses.forEach(
        use -> all.computeIfAbsent(key.apply(use), any -> new TreeSet<>()).add(value.apply(use)));
    return all;
  }

  private static Map<String, Set<String>> several(Map<String, Set<String>> all) {
    Map<String, Set<String>> several = new TreeMap<>(all);
    several.values().removeIf(one -> one.size() == 1);
    return several;
  }

  @Test
  void anOptionIsTheSameInEveryCommand() {
    List<Use> uses = new ArrayList<>(uses());
    assertTrue(uses.removeIf(use -> AS_DOCKER.contains(use.command() + " " + use.name())));
    assertEquals(Map.of(), several(by(uses, Use::name, Use::words)));
  }

  @Test
  void whatMeansTheSameHasOneName() {
    Map<String, Set<String>> several = several(by(uses(), Use::meaning, Use::name));
    assertTrue(several.values().remove(new TreeSet<>(TWO_NAMES)));
    assertEquals(Map.of(), several);
  }

  @Test
  void aLetterIsShortForOneThing() {
    Map<String, Set<String>> letters = new TreeMap<>();
    for (Use use : uses()) {
      if (!use.option().shortestName().startsWith("--")) {
        letters
            .computeIfAbsent(use.option().shortestName(), any -> new TreeSet<>())
            .add(use.name());
      }
    }
    assertEquals(LETTERS, several(letters));
  }

  @Test
  void anEnumerationHasTheSameValuesInEveryCommand() {
    List<Use> uses = new ArrayList<>(uses());
    uses.removeIf(use -> !use.option().type().isEnum());
    assertEquals(
        Map.of(),
        several(
            by(
                uses,
                use -> use.name(),
                use -> Arrays.toString(use.option().type().getEnumConstants()))));
  }

  @Test
  void whatAnOptionTakesIsNamedAndHowOftenIsTold() {
    for (Use use : uses()) {
      String at = use.command() + " " + use.name();
      String text = use.option().description()[0];
      assertTrue(text.endsWith("."), at + " is described by no sentence: " + text);
      assertTrue(
          use.option().arity().max() == 0 || use.option().paramLabel().matches("[A-Z\\[].*"),
          at + " takes " + use.option().paramLabel());
      assertEquals(use.option().isMultiValue(), text.endsWith(" Repeatable."), at + ": " + text);
    }
  }
}
