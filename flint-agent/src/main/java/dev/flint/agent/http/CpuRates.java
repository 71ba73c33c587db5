package dev.flint.agent.http;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How much of a processor was taken between two questions. Nothing is measured while nobody asks.
 * Questions less than a second apart get one answer. Thread-safe.
 */
final class CpuRates {
  private static final long LEAST_MILLIS = 1000;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final Map<String, Sample> samples = new HashMap<>();

  /**
   * @param began of the run: another one has another count
   * @param rate in nanoseconds of processor time per second
   */
  private record Sample(long began, long at, long cpuNanos, long rate) {}

  /**
   * The rate since the last question, at first since the beginning.
   *
   * @param began when the count was 0, in milliseconds
   * @param now in milliseconds
   * @param cpuNanos the count
   * @return nanoseconds of processor time per second, not negative
   */
  synchronized long rate(String name, long began, long now, long cpuNanos) {
    Sample last = samples.get(name);
    if (last == null || last.began() != began) {
      last = new Sample(began, began, 0, 0);
    } else if (now >= last.at() && now - last.at() < LEAST_MILLIS) {
      return last.rate();
    }
    long millis = Math.max(1, now - last.at());
    double nanos = Math.max(0, cpuNanos - last.cpuNanos());
    long rate = (long) (nanos * NANOS_PER_SECOND / 1e6 / millis);
    samples.put(name, new Sample(began, now, cpuNanos, rate));
    return rate;
  }

  /** Forgets all but these. */
  synchronized void keepOnly(Set<String> names) {
    samples.keySet().retainAll(names);
  }
}
