package dev.flint.registry.http;

import dev.flint.registry.settings.Rate;
import java.io.IOException;

/** The other side moves bytes, but so few that it might as well move none. */
final class TooSlowException extends IOException {
  private static final long serialVersionUID = 1L;

  TooSlowException(Rate minimum) {
    super("less than " + minimum.bytesPerSecond() + " bytes per second");
  }
}
