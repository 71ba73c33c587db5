package dev.flint.registry;

import java.time.Duration;

/**
 * How much patience one blob or document gets while nothing of it arrives.
 *
 * @param attempts the number of requests, at least 1
 * @param firstWait the longest wait before the second request; it doubles with each further one
 * @param longestWait where the doubling ends
 * @param longestAsked the longest wait that a server's {@code Retry-After} gets
 * @param total all waiting together; a server that wants more is given up at once
 */
public record RetryPolicy(
    int attempts, Duration firstWait, Duration longestWait, Duration longestAsked, Duration total) {
  /** Five attempts, about 1, 2, 4 and 8 seconds apart. */
  public static final RetryPolicy USUAL =
      new RetryPolicy(
          5,
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          Duration.ofMinutes(5));

  /** One attempt, for a place that is not the only one. */
  public static final RetryPolicy ONCE =
      new RetryPolicy(1, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

  /** The longest wait after so many failures in a row, from 1. */
  Duration waitAfter(int failures) {
    Duration doubled = firstWait.multipliedBy(1L << Math.min(failures - 1, 16));
    return doubled.compareTo(longestWait) < 0 ? doubled : longestWait;
  }
}
