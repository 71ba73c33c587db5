package dev.flint.agent.log;

import java.time.Instant;

/**
 * Which lines of a log are wanted.
 *
 * @param previous of the run before the last one
 * @param tail at most so many of the last lines; negative for all
 * @param since none before; {@link Instant#MIN} for all
 */
public record LogQuery(boolean previous, int tail, Instant since) {
  /** All lines of the last run. */
  public static final LogQuery ALL = new LogQuery(false, -1, Instant.MIN);
}
