package dev.flint.registry.testing;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Failures;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.function.Executable;

/** What a person gets to read when a registry misbehaves. */
public final class OneLine {
  private static final int MAX_LINE = 600;

  private OneLine() {}

  /** Expects a failure of this category whose words fit on a line, whatever the peer sent. */
  public static FlintException assertFails(ErrorCode code, Executable action) {
    FlintException e = Failures.expect(code, action);
    for (String line : new String[] {String.valueOf(e.getMessage()), e.remedy()}) {
      Assertions.assertTrue(line.length() < MAX_LINE, line);
      Assertions.assertTrue(line.chars().noneMatch(Character::isISOControl), line);
    }
    return e;
  }
}
