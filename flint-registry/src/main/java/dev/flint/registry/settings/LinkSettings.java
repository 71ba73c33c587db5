package dev.flint.registry.settings;

import java.time.Duration;
import java.util.Optional;

/**
 * What holds for the link as a whole.
 *
 * @param limitRate the most that all transfers together take of it, in each direction and both
 * @param stallTimeout how long a server may let us wait for one step, more than zero
 * @param minRate what a body must bring on average while we wait for it, or it is given up; 0 for
 *     no such limit
 */
public record LinkSettings(Optional<Rate> limitRate, Duration stallTimeout, Rate minRate) {
  private static final int MAX_SECONDS = 86_400;

  /** A minute, and a thousand bytes per second, which GPRS is faster than. */
  public static final LinkSettings DEFAULT =
      new LinkSettings(Optional.empty(), Duration.ofSeconds(60), new Rate(1000));

  /** A copy that goes no faster. */
  public LinkSettings limitRate(Rate rate) {
    return new LinkSettings(Optional.of(rate), stallTimeout, minRate);
  }

  /** A copy of another patience. */
  public LinkSettings stallTimeout(Duration timeout) {
    return new LinkSettings(limitRate, timeout, minRate);
  }

  /** A copy that wants at least this. */
  public LinkSettings minRate(Rate rate) {
    return new LinkSettings(limitRate, stallTimeout, rate);
  }

  /**
   * Parses the text of a stall timeout.
   *
   * @throws IllegalArgumentException if it is not a whole number of seconds, from one to a day
   */
  public static Duration seconds(String text) {
    if (text.matches("[0-9]{1,5}")) {
      int seconds = Integer.parseInt(text);
      if (seconds >= 1 && seconds <= MAX_SECONDS) {
        return Duration.ofSeconds(seconds);
      }
    }
    throw new IllegalArgumentException("not 1 to " + MAX_SECONDS + " seconds: \"" + text + "\"");
  }
}
