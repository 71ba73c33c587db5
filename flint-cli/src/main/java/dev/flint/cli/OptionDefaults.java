package dev.flint.cli;

import dev.flint.registry.settings.ConfigKey;
import dev.flint.registry.settings.ConfigSources;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

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

  /**
   * Has commands go by it.
   *
   * @return why it cannot be understood, unless the command is there to mend that
   */
  static Optional<IOException> apply(CommandLine line, ConfigSources config, String... args) {
    try {
      Map<ConfigKey, String> values = config.set(KEYS);
      if (!values.isEmpty()) {
        line.setDefaultValueProvider(new OptionDefaults(values));
      }
      return Optional.empty();
    } catch (IOException e) {
      return Commands.chosen(args).filter(REPAIRS::contains).isPresent()
          ? Optional.empty()
          : Optional.of(e);
    }
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
