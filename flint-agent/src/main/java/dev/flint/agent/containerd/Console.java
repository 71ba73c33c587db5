package dev.flint.agent.containerd;

import java.io.IOException;

/** What somebody types to, beside the bytes. Thread-safe. */
public interface Console {
  /** Says that nothing more comes to standard input. */
  void closeStdin() throws IOException;

  /** Sets the size of the terminal, in characters. */
  void resize(int columns, int rows) throws IOException;
}
