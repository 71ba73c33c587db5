package dev.flint.oci.transfer;

import java.io.IOException;

/** Time given to a broken link before it is tried again. */
@FunctionalInterface
public interface Pause {
  /** No time at all, for tests. */
  Pause NONE = attempt -> {};

  /**
   * Waits.
   *
   * @param attempt how many attempts in a row brought nothing, from 1
   */
  void before(int attempt) throws IOException;
}
