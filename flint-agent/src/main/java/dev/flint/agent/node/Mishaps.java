package dev.flint.agent.node;

import java.util.function.Consumer;

/**
 * What goes wrong that nobody thought of, in work that one thread does again and again and nobody
 * else does: it must not be the last. Confined to that thread, but for {@link #areMany}.
 */
final class Mishaps {
  /** With a second between them they are no matter of a moment. */
  static final int MANY = 30;

  private final Consumer<String> warnings;
  private String last = "";
  private volatile int inARow;

  /**
   * None yet.
   *
   * @param warnings is told of each once
   */
  Mishaps(Consumer<String> warnings) {
    this.warnings = warnings;
  }

  /** Does a piece of the work; says whether that went well. */
  boolean attempt(Runnable piece) {
    try {
      piece.run();
      last = "";
      inARow = 0;
      return true;
    } catch (RuntimeException | OutOfMemoryError e) {
      inARow = Math.min(MANY, inARow + 1);
      say(e);
      return false;
    }
  }

  private void say(Throwable why) {
    try {
      String line = "pods are not looked after: " + why;
      if (!line.equals(last)) {
        last = line;
        warnings.accept(line);
      }
    } catch (OutOfMemoryError e) {
      // There is no room even for words.
    }
  }

  /** Whether nothing else has happened for long. */
  boolean areMany() {
    return inARow >= MANY;
  }
}
