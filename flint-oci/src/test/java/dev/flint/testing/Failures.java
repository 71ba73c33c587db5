package dev.flint.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import org.junit.jupiter.api.function.Executable;

/** Expects failures of a category, worded as all of Flint's messages are. */
public final class Failures {
  private Failures() {}

  /** Runs something that must fail with this code, and returns the failure. */
  public static FlintException expect(ErrorCode code, Executable action) {
    FlintException failure = assertThrows(FlintException.class, action);
    assertEquals(code, failure.code(), failure::toString);
    String message = String.valueOf(failure.getMessage());
    assertFalse(message.isBlank(), "a failure says what failed");
    assertFalse(message.endsWith("."), message);
    assertFalse(message.endsWith("null"), message);
    return failure;
  }
}
