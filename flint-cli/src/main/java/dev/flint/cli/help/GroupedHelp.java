package dev.flint.cli.help;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpFactory;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The help of a command as people read it: a short usage, what it takes of its own, then what many
 * commands take, each under its heading; the commands of {@code flint} by what they are about.
 */
public final class GroupedHelp extends Help {
  private static final String OWN = "Options";
  private static final String NEWLINE = System.lineSeparator();

  private GroupedHelp(CommandSpec spec, ColorScheme colors) {
    super(spec, colors);
  }

  /** Makes it for every command. */
  public static IHelpFactory factory() {
    return GroupedHelp::new;
  }

  @Override
  public String synopsis(int headingLength) {
    CommandSpec spec = commandSpec();
    String[] given = spec.usageMessage().customSynopsis();
    if (given.length > 0) {
      return String.join(NEWLINE + " ".repeat(headingLength), given) + NEWLINE;
    }
    StringBuilder usage = new StringBuilder(spec.qualifiedName()).append(" [OPTIONS]");
    for (OptionSpec option : spec.options()) {
      if (option.required() && option.group() == null) {
        usage.append(' ').append(option.longestName()).append('=').append(option.paramLabel());
      }
    }
    for (PositionalParamSpec operand : spec.positionalParameters()) {
      usage
          .append(' ')
          .append(parameterLabelRenderer().renderParameterLabel(operand, ansi(), List.of()));
    }
    if (!spec.subcommands().isEmpty()) {
      usage.append(' ').append(spec.usageMessage().synopsisSubcommandLabel());
    }
    return usage.append(NEWLINE).toString();
  }

  @Override
  public String parameterList() {
    String operands = super.parameterList();
    return operands.isEmpty() ? "" : NEWLINE + operands;
  }

  /** Of a command with commands below it, they come first. */
  @Override
  public String optionList() {
    return commandSpec().subcommands().isEmpty() ? sections() : "";
  }

  @Override
  public String commandListHeading(Object... params) {
    return "";
  }

  @Override
  public String commandList() {
    Map<String, Help> commands = new LinkedHashMap<>();
    // Not subcommands(), where an alias may stand for the name.
    subcommands().forEach((key, help) -> commands.put(help.commandSpec().name(), help));
    return commands.isEmpty() ? "" : commands(commands) + sections();
  }

  private String commands(Map<String, Help> commands) {
    int width = 0;
    for (Help command : commands.values()) {
      width = Math.max(width, names(command).length());
    }
    Map<String, List<String>> groups =
        commandSpec().parent() == null
            ? CommandGroups.of(commands.keySet())
            : Map.of("Commands", List.copyOf(commands.keySet()));
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, List<String>> group : groups.entrySet()) {
      text.append(NEWLINE).append(group.getKey()).append(':').append(NEWLINE);
      for (String name : group.getValue()) {
        Help command = Objects.requireNonNull(commands.get(name));
        String names = names(command);
        text.append("  ").append(names).append(" ".repeat(width - names.length() + 2));
        text.append(String.join(" ", command.commandSpec().usageMessage().description()));
        text.append(NEWLINE);
      }
    }
    return text.toString();
  }

  private static String names(Help command) {
    return String.join(", ", command.commandSpec().names());
  }

  /** The options by their headings: the command's own first, those of all commands last. */
  private String sections() {
    Map<String, List<OptionSpec>> sections = new LinkedHashMap<>();
    sections.put(OWN, new ArrayList<>());
    for (OptionSpec option : commandSpec().options()) {
      if (!option.hidden() && !option.inherited()) {
        sections.computeIfAbsent(section(option), any -> new ArrayList<>()).add(option);
      }
    }
    for (OptionSpec option : commandSpec().options()) {
      if (!option.hidden() && option.inherited()) {
        sections.computeIfAbsent(section(option), any -> new ArrayList<>()).add(option);
      }
    }
    StringBuilder text = new StringBuilder();
    sections.forEach(
        (title, options) -> {
          if (!options.isEmpty()) {
            Layout layout = createDefaultLayout();
            layout.addOptions(options, parameterLabelRenderer());
            text.append(NEWLINE).append(title).append(':').append(NEWLINE).append(layout);
          }
        });
    return text.toString();
  }

  private static String section(ArgSpec option) {
    OptionSection section =
        option.userObject() instanceof Field field
            ? field.getDeclaringClass().getAnnotation(OptionSection.class)
            : null;
    return section == null ? OWN : section.value();
  }
}
