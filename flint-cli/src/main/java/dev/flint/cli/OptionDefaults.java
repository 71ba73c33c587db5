package dev.flint.cli;

import dev.flint.registry.settings.ConfigKey;
import dev.flint.registry.settings.ConfigSources;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.RunLast;

/** What is configured as the default of options that many commands take. */
final class OptionDefaults implements IDefaultValueProvider {
  /** What is configured of the link is not here: it reaches registries without options. */
  private static final List<ConfigKey> KEYS =
      List.of(ConfigKey.COMPRESSION, ConfigKey.JOBS, ConfigKey.OUTPUT, ConfigKey.PROGRESS);

  /** By these a user finds out what is wrong with a file. */
  private static final Set<String> REPAIRS = Set.of("config", "doctor");

  private final Map<ConfigKey, String> values;

  private OptionDefaults(Map<ConfigKey, String> values) {
    this.values = values;
  }

  /** Has commands go by it; where it cannot be understood they fail, but for help. */
  static void apply(CommandLine line, ConfigSources config, String... args) {
    try {
      Map<ConfigKey, String> values = config.set(KEYS);
      if (!values.isEmpty()) {
        line.setDefaultValueProvider(new OptionDefaults(values));
      }
    } catch (IOException e) {
      if (Commands.chosen(args).filter(REPAIRS::contains).isEmpty()) {
        line.setExecutionStrategy(parsed -> fail(parsed, e));
      }
    }
  }

  private static int fail(CommandLine.ParseResult parsed, IOException why) {
    Integer helped = CommandLine.executeHelpRequest(parsed);
    if (helped != null) {
      return helped;
    }
    List<CommandLine> chosen = parsed.asCommandLineList();
    CommandLine last = chosen.get(chosen.size() - 1);
    if (last.getCommandName().equals("help")) {
      return new RunLast().execute(parsed);
    }
    throw new ExecutionException(last, String.valueOf(why.getMessage()), why);
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (argument instanceof OptionSpec option) {
      for (Map.Entry<ConfigKey, String> set : values.entrySet()) {
        if (option.longestName().equals("--" + set.getKey().word())) {
          return set.getValue();
        }
      }
    }
    return null;
  }
}
