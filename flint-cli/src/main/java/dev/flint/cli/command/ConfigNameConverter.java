package dev.flint.cli.command;

import dev.flint.registry.settings.ConfigName;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Keeps what the parser of keys says of a wrong one. */
final class ConfigNameConverter implements ITypeConverter<ConfigName> {
  @Override
  public ConfigName convert(String text) {
    try {
      return ConfigName.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
