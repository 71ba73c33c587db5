package dev.flint.registry;

import java.io.IOException;
import java.time.Duration;

/** How time passes between two attempts. */
@FunctionalInterface
public interface Waiting {
  /** Returns after this time; {@link java.io.InterruptedIOException} if the thread is wanted. */
  void pass(Duration time) throws IOException;
}
