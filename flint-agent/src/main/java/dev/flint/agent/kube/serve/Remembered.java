package dev.flint.agent.kube.serve;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Answers that hold for a while: at most a number of them, of which the one that was not asked for
 * the longest goes first. A clock that is put back makes none last longer. Thread-safe.
 */
final class Remembered<K, V> {
  private final InstantSource clock;
  private final Map<K, Held<V>> entries;

  private record Held<V>(V value, Instant since, Instant until) {}

  /** At most so many. */
  Remembered(int most, InstantSource clock) {
    this.clock = clock;
    this.entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, Held<V>> eldest) {
            return size() > most;
          }
        };
  }

  /** The answer, if it still holds. */
  synchronized Optional<V> find(K key) {
    Held<V> entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    if (now.isBefore(entry.since) || !now.isBefore(entry.until)) {
      entries.remove(key);
      return Optional.empty();
    }
    return Optional.of(entry.value);
  }

  /** Keeps an answer for so long from now on. */
  synchronized void keep(K key, V value, Duration time) {
    Instant now = clock.instant();
    entries.put(key, new Held<>(value, now, now.plus(time)));
  }

  synchronized int size() {
    return entries.size();
  }
}
