package dev.flint.agent.containerd;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A further program that runs where something else does. Thread-safe. */
public interface Program extends Console, Closeable {
  /**
   * Waits for its end.
   *
   * @param limit of at least a millisecond
   * @return its exit code, 128 and the signal's number for one ended by a signal, 255 if nobody
   *     knows; empty if it runs on
   */
  Optional<Integer> await(Duration limit) throws IOException;

  /** Sends a signal; does nothing if it has ended. */
  void signal(int number) throws IOException;

  /** Ends it if it still runs, and has it forgotten. */
  @Override
  void close() throws IOException;
}
