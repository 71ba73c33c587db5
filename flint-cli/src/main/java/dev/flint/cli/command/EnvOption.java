package dev.flint.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Environment variables as Docker takes them; the same for every command that has some set. */
final class EnvOption {
  @Option(
      names = {"-e", "--env"},
      paramLabel = "NAME[=VALUE]",
      converter = EntryConverter.class,
      description = "Environment variable; without a value, the one of this shell. Repeatable.")
  List<String> entries = new ArrayList<>();

  static final class EntryConverter implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      try {
        nameOf(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
      return text;
    }
  }

  boolean isGiven() {
    return !entries.isEmpty();
  }

  /** The variables; what this shell does not have is not set there either. */
  Map<String, String> read(Map<String, String> shell) {
    Map<String, String> variables = new LinkedHashMap<>();
    entries.forEach(entry -> add(entry, shell, variables));
    return variables;
  }

  /**
   * Adds a variable.
   *
   * @throws IllegalArgumentException if it is none
   */
  static void add(String entry, Map<String, String> shell, Map<String, String> variables) {
    String name = nameOf(entry);
    String value =
        name.length() == entry.length() ? shell.get(name) : entry.substring(name.length() + 1);
    if (value != null) {
      variables.put(name, value);
    }
  }

  private static String nameOf(String entry) {
    int equals = entry.indexOf('=');
    String name = equals < 0 ? entry : entry.substring(0, equals);
    if (!name.matches("[A-Za-z_][A-Za-z0-9_.-]*")) {
      throw new IllegalArgumentException("not an environment variable: " + name);
    }
    return name;
  }
}
