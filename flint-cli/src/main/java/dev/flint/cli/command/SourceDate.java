package dev.flint.cli.command;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The time that what is built carries: {@code SOURCE_DATE_EPOCH} of reproducible-builds.org. */
final class SourceDate {
  private static final String VARIABLE = "SOURCE_DATE_EPOCH";

  private SourceDate() {}

  /**
   * The time that the environment says.
   *
   * @throws FlintException USAGE if it says something else
   */
  static Optional<Instant> of(Map<String, String> env) throws FlintException {
    String text = env.getOrDefault(VARIABLE, "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.ofEpochSecond(Long.parseLong(text)));
    } catch (NumberFormatException | DateTimeException e) {
      throw new FlintException(
          ErrorCode.USAGE, VARIABLE + " is not a number of seconds: " + text, e);
    }
  }
}
