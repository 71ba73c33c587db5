package dev.flint.agent.containerd;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A run to whose own program somebody may type. Once it is closed nothing is done any more: the
 * next run of its instance is another one. Thread-safe.
 */
public interface Attachable extends Console {
  /**
   * Opens its standard input, which others may have open too. The end of what is written is not
   * told to the program, see {@link #closeStdin}; who waits in it for the program to take more is
   * let go by closing it.
   *
   * @throws IOException if it has none, or is closed
   */
  OutputStream openStdin() throws IOException;
}
