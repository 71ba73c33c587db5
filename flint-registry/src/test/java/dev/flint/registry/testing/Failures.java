package dev.flint.registry.testing;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.function.Executable;

/** What every failure must be like. */
public final class Failures {
  private static final int MAX_LINE = 600;

  private Failures() {}

  /** Expects a failure of this category that a person can read in one line. */
  public static FlintException assertFails(ErrorCode code, Executable action) {
    FlintException e = Assertions.assertThrows(FlintException.class, action);
    Assertions.assertEquals(code, e.code(), e.getMessage());
    for (String line : new String[] {String.valueOf(e.getMessage()), e.remedy()}) {
      Assertions.assertTrue(line.length() < MAX_LINE, line);
      Assertions.assertTrue(line.chars().noneMatch(Character::isISOControl), line);
      Assertions.assertFalse(line.endsWith("."), line);
    }
    return e;
  }
}
