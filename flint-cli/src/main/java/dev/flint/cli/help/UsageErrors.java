package dev.flint.cli.help;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line what is wrong with a command line, and what may have been meant. */
public final class UsageErrors {
  /** What other tools call it. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "cp", "copy",
          "list", "images",
          "delete", "rmi",
          "remove", "rmi",
          "start", "restart",
          "create", "run",
          "info", "doctor",
          "whoami", "auth explain",
          "gc", "store gc",
          "prune", "store gc");

  private static final Map<String, String> OPTIONS_ELSEWHERE = Map.of("--format", "--output");

  private UsageErrors() {}

  /** The error to report. */
  public static FlintException of(ParameterException e) {
    CommandLine command = e.getCommandLine();
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      return unmatched(command, unmatched.getUnmatched().get(0));
    }
    ArgSpec argument = e.getArgSpec();
    List<String> values =
        argument != null && e.getValue() != null
            ? Nearest.to(e.getValue(), words(argument))
            : List.of();
    return wrong(command, plain(String.valueOf(e.getMessage())), values);
  }

  private static FlintException unmatched(CommandLine command, String word) {
    CommandSpec spec = command.getCommandSpec();
    if (word.startsWith("-") && word.length() > 1) {
      String option = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
      return wrong(command, "unknown option: " + option, meant(option, options(spec)));
    }
    if (spec.subcommands().isEmpty()) {
      return wrong(command, "unexpected argument: " + word, List.of());
    }
    List<String> nearest = new ArrayList<>(Nearest.to(word, visible(spec)));
    if (spec.parent() == null && ELSEWHERE.containsKey(word)) {
      String meant = ELSEWHERE.get(word);
      if (spec.subcommands().containsKey(meant.split(" ", -1)[0])) {
        nearest = List.of(meant);
      }
    }
    return wrong(command, "unknown command: " + spec.qualifiedName() + " " + word, nearest);
  }

  private static List<String> meant(String option, Collection<String> options) {
    String elsewhere = OPTIONS_ELSEWHERE.getOrDefault(option, "");
    return options.contains(elsewhere) ? List.of(elsewhere) : Nearest.to(option, options);
  }

  private static FlintException wrong(CommandLine command, String what, List<String> meant) {
    String help = "see " + command.getCommandSpec().qualifiedName() + " --help";
    return new FlintException(
        ErrorCode.USAGE,
        what,
        meant.isEmpty() ? help : "did you mean " + String.join(" or ", meant) + "? " + help);
  }

  /** As Flint's own messages are; but a name in capitals is a name. */
  private static String plain(String message) {
    return message.length() < 2 || Character.isUpperCase(message.charAt(1))
        ? message
        : message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }

  private static Collection<String> visible(CommandSpec spec) {
    List<String> names = new ArrayList<>();
    spec.subcommands()
        .forEach(
            (name, line) -> {
              if (!line.getCommandSpec().usageMessage().hidden()) {
                names.add(name);
              }
            });
    return names;
  }

  private static Collection<String> options(CommandSpec spec) {
    List<String> names = new ArrayList<>();
    for (OptionSpec option : spec.options()) {
      if (!option.hidden()) {
        for (String name : option.names()) {
          // Every short one is a slip away from every other.
          if (name.startsWith("--")) {
            names.add(name);
          }
        }
        if (option.negatable()) {
          names.add(option.longestName().replaceFirst("^--", "--no-"));
        }
      }
    }
    return names;
  }

  /** The words an argument takes, as far as it knows them. */
  private static List<String> words(ArgSpec argument) {
    List<String> words = new ArrayList<>();
    if (argument.completionCandidates() != null) {
      argument.completionCandidates().forEach(word -> words.add(word.toLowerCase(Locale.ROOT)));
    }
    return words;
  }
}
