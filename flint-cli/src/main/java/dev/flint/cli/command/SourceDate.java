package dev.flint.cli.command;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The time that {@code SOURCE_DATE_EPOCH} has all that is made carry. */
final class SourceDate {
  private SourceDate() {}

  /** Empty if the variable is. */
  static Optional<Instant> of(Map<String, String> environment, CommandSpec spec) {
    String text = environment.getOrDefault("SOURCE_DATE_EPOCH", "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.ofEpochSecond(Long.parseLong(text)));
    } catch (NumberFormatException | DateTimeException e) {
      throw new ParameterException(
          spec.commandLine(), "SOURCE_DATE_EPOCH is not a number of seconds: " + text);
    }
  }
}
