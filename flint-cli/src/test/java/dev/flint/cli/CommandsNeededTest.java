package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.flint.cli.command.Context;
import dev.flint.cli.command.Models;
import dev.flint.cli.command.RootCommand;
import dev.flint.cli.console.Console;
import dev.flint.registry.settings.ConfigSources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** A run that knows only its own command does what one does that knows them all. */
class CommandsNeededTest {
  private static final ConfigSources NO_CONFIG =
      new ConfigSources(Map.of(), Path.of("/"), Optional.empty());

  static List<String> names() {
    return List.copyOf(Flint.model().getSubcommands().keySet());
  }

  private static CommandLine needed(String line) {
    return Flint.settled(
        Commands.neededBy(words(line), new RootCommand(), context(), Models.written()));
  }

  private static CommandLine all() {
    return Flint.settled(Commands.all(new RootCommand(), context(), Models.annotated()));
  }

  private static Context context() {
    return new Context(Console.ofProcess(), Map.of(), new RootCommand(), NO_CONFIG, Flint::run);
  }

  private static String[] words(String line) {
    return line.split(" ", -1);
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyNameAndAliasBringsItsCommandAlone(String name) {
    CommandLine line = needed("-q --progress none --progress=tty --debug " + name + " -h help");
    // These two look at all the others.
    if (!name.equals("help") && !name.equals("completion")) {
      assertEquals(1, line.getSubcommands().values().stream().distinct().count());
    }
    assertEquals(usage(all(), name), usage(line, name));
  }

  private static String usage(CommandLine line, String name) {
    return Objects.requireNonNull(line.getSubcommands().get(name)).getUsageMessage();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--",
        "-h",
        "-V",
        "-h images",
        "--help images",
        "-V images",
        "-qh images",
        "help",
        "help images",
        "completion",
        "completion bash",
        "imges",
        "Images",
        "-- images",
        "--bogus images",
        "--progress",
        "--progress images",
        "@images",
      })
  void whatIsNoCommandBringsAll(String line) {
    assertEquals(names(), List.copyOf(needed(line).getSubcommands().keySet()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-h images",
        "imges",
        "pul",
        "Pull x:1",
        "images",
        "ls --json",
        "-q images --debug",
        "images -q --progress none",
        "--progress none images --progress bogus",
        "--progress bogus images",
        "--progress=bogus images",
        "--progress images",
        "--progress images images",
        "--progress= images",
        "images images",
        "images pull",
        "images --jsn",
        "images --bogus",
        "images help",
        "pull",
        "pull x:1 --unpak y",
        "pull X",
        "tag a:1 b:1 c:1",
        "help pull",
        "help bogus",
        "registry",
        "registry serv",
        "registry serve --listen nowhere",
        "registry serve serve",
        "--bogus pull x",
        "-q --debug",
        "-qh pull",
        "-qq pull",
        "--quiet=true pull x:1",
      })
  void parsesTheSame(String line) {
    assertEquals(told(all(), line), told(needed(line), line));
  }

  /** What picocli makes of a line: the words each level took, or the complaint. */
  private static List<String> told(CommandLine commandLine, String line) {
    List<String> told = new ArrayList<>();
    try {
      ParseResult result = commandLine.parseArgs(words(line));
      for (ParseResult level :
          result.asCommandLineList().stream().map(CommandLine::getParseResult).toList()) {
        told.add(level.commandSpec().qualifiedName());
        level.matchedArgs().forEach(arg -> told.add(arg.originalStringValues().toString()));
      }
    } catch (ParameterException e) {
      assertFalse(String.valueOf(e.getMessage()).contains("TypeConverter"), e::getMessage);
      told.add(e.getClass() + " " + e.getMessage());
      told.add(e.getCommandLine().getCommandSpec().qualifiedName());
      if (e instanceof UnmatchedArgumentException unmatched) {
        told.addAll(unmatched.getSuggestions());
      }
    }
    return told;
  }
}
