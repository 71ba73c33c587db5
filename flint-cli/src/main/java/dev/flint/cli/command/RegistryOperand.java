package dev.flint.cli.command;

import dev.flint.oci.Reference;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A registry or a repository of one, as a user names it.
 *
 * @param host {@code HOST[:PORT]}
 * @param repository empty for the registry as such
 */
record RegistryOperand(String host, String repository) {
  /** Reads {@code HOST[/REPOSITORY]}. */
  static RegistryOperand parse(String text) {
    if (text.indexOf('/') < 0) {
      return new RegistryOperand(Reference.parseHost(text), "");
    }
    Reference reference = Reference.parse(text);
    if (reference.host().isEmpty()) {
      throw new IllegalArgumentException("names no registry: \"" + text + "\"");
    }
    return new RegistryOperand(reference.host(), reference.repository());
  }

  /** The registries among the operands of a command, whose other operands are something else. */
  static Set<String> hostsAmong(List<String> operands) {
    Set<String> hosts = new TreeSet<>();
    for (String operand : operands) {
      if (operand.indexOf('/') < 0 && operands.size() > 1) {
        // Beside another, it is more likely a file of the current folder.
        continue;
      }
      try {
        hosts.add(parse(operand.replaceFirst("^docker://", "")).host());
      } catch (IllegalArgumentException e) {
        // A file, a digest or a local name.
      }
    }
    return hosts;
  }

  /** For {@code HOST} alone. */
  static final class HostConverter implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      try {
        return Reference.parseHost(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** For {@code HOST[/REPOSITORY]}. */
  static final class Converter implements ITypeConverter<RegistryOperand> {
    @Override
    public RegistryOperand convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** As it was named. */
  @Override
  public String toString() {
    return repository.isEmpty() ? host : host + "/" + repository;
  }
}
