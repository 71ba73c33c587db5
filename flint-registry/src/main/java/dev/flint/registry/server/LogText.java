package dev.flint.registry.server;

import dev.flint.oci.error.Failures;
import dev.flint.oci.error.Printable;

/** A failure as it stands in a line of the log. */
final class LogText {
  private LogText() {}

  /** Its words for people; what clients or an upstream registry said may be among them. */
  static String of(Throwable failure) {
    return Printable.of(String.valueOf(Failures.known(failure).getMessage()));
  }
}
