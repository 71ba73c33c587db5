package dev.flint.registry.http;

import java.io.IOException;

/** A clock that one can also wait by. */
interface Time {
  /** As {@link System#nanoTime}. */
  long nanos();

  /**
   * Waits.
   *
   * @param nanos more than zero
   */
  void pause(long nanos) throws IOException;
}
