package dev.flint.cli.completion;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What the commands take, as shell functions that set variables for the engine: subcommands {@code
 * NAMES|DESCRIPTION}, options {@code NAMES|KIND|again or once|DESCRIPTION}, and the kinds of the
 * operands, the last with dots if more may follow. What is hidden is left out.
 */
final class CommandTable {
  /** The options of each command, by its whole name. */
  private final Map<String, List<String>> options = new LinkedHashMap<>();

  /** Options that the same several commands have, and the variable that holds them. */
  private final Map<List<String>, String> shared = new LinkedHashMap<>();

  private final StringBuilder text = new StringBuilder();

  private CommandTable() {}

  /** The functions for a program. */
  static String of(CommandLine root) {
    CommandTable table = new CommandTable();
    List<CommandLine> commands = commands(root);
    for (CommandLine command : commands) {
      CommandSpec spec = command.getCommandSpec();
      table.options.put(spec.qualifiedName(), optionLines(spec));
    }
    return table.write(commands);
  }

  private static List<CommandLine> commands(CommandLine line) {
    List<CommandLine> all = new ArrayList<>(List.of(line));
    shown(line).forEach(each -> all.addAll(commands(each)));
    return all;
  }

  /** Aliases are further keys of the same. */
  private static Set<CommandLine> shown(CommandLine line) {
    return line.getSubcommands().values().stream()
        .filter(each -> !each.getCommandSpec().usageMessage().hidden())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static List<String> optionLines(CommandSpec command) {
    return command.options().stream()
        .filter(option -> !option.hidden())
        .map(option -> optionLine(command, option))
        .toList();
  }

  private static String optionLine(CommandSpec command, OptionSpec option) {
    Stream<String> names = Stream.of(option.names());
    if (option.negatable()) {
      names = names.flatMap(name -> Stream.of(name, "--no-" + name.substring(2)));
    }
    boolean takesOne = option.arity().max() > 0 && !option.negatable();
    return String.join(
        "|",
        names.collect(Collectors.joining(" ")),
        takesOne ? ValueKinds.of(command, option) : "",
        option.isMultiValue() ? "again" : "once",
        sentence(option.description()));
  }

  private static String sentence(String... description) {
    String whole = String.join(" ", description);
    int end = whole.indexOf(". ");
    return (end < 0 ? whole : whole.substring(0, end)).replaceFirst("[.]$", "");
  }

  private String write(List<CommandLine> commands) {
    line("# Options that several commands have.");
    line("_flint_tables() {");
    for (List<String> names : owners().values().stream().distinct().toList()) {
      if (names.size() > 1) {
        List<String> lines = ownedBy(names);
        String variable = "f_shared" + (shared.size() + 1);
        shared.put(lines, variable);
        line("  " + variable + "=" + quoted(lines));
      }
    }
    line("}\n");
    line("# What a command takes.");
    line("_flint_command() {\n  case $1 in");
    commands.forEach(this::command);
    line("  esac\n}");
    return text.toString();
  }

  /** The commands that have an option, for each option. */
  private Map<String, List<String>> owners() {
    Map<String, List<String>> owners = new LinkedHashMap<>();
    options.forEach(
        (name, lines) ->
            lines.forEach(
                each -> owners.computeIfAbsent(each, key -> new ArrayList<>()).add(name)));
    return owners;
  }

  private List<String> ownedBy(List<String> names) {
    return owners().entrySet().stream()
        .filter(each -> each.getValue().equals(names))
        .map(Map.Entry::getKey)
        .toList();
  }

  private void command(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    String name = spec.qualifiedName();
    line("    '" + name + "')");
    Set<CommandLine> subcommands = shown(command);
    if (!subcommands.isEmpty()) {
      line("      f_commands=" + quoted(subcommands.stream().map(CommandTable::entry).toList()));
    }
    List<String> operands = operands(spec);
    if (!operands.isEmpty()) {
      line("      f_operands=" + quoted(operands));
    }
    List<String> own = new ArrayList<>(options.getOrDefault(name, List.of()));
    List<String> parts = new ArrayList<>();
    shared.forEach(
        (lines, variable) -> {
          if (own.containsAll(lines)) {
            own.removeAll(lines);
            parts.add("$" + variable);
          }
        });
    line("      f_options=\"" + String.join("$f_lines", parts) + "$f_lines\"" + quoted(own));
    if (command.isStopAtPositional()) {
      line("      f_stops=1");
    }
    line("      ;;");
  }

  private static String entry(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    return Stream.concat(Stream.of(spec.name()), Stream.of(spec.aliases()))
            .collect(Collectors.joining(" "))
        + "|"
        + sentence(spec.usageMessage().description());
  }

  private static List<String> operands(CommandSpec command) {
    List<String> kinds = new ArrayList<>();
    for (PositionalParamSpec operand : command.positionalParameters()) {
      List<String> labels = List.of(operand.paramLabel().split(" "));
      boolean many = operand.index().max() > operand.index().min() && labels.size() == 1;
      for (String label : labels) {
        kinds.add(ValueKinds.of(command, label, operand) + (many ? "..." : ""));
      }
    }
    return kinds;
  }

  private static String quoted(List<String> lines) {
    return "'" + String.join("\n", lines).replace("'", "'\\''") + "'";
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
