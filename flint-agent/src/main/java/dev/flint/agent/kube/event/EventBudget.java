package dev.flint.agent.kube.event;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many events may be told of each object, as client-go's filter for spam: 25 at once, then one
 * in five minutes. Confined to one thread.
 */
final class EventBudget {
  private static final double BURST = 25;
  private static final double MILLIS = 300_000;

  /** So many objects are remembered; of whoever is forgotten 25 may be told again. */
  private static final int MAX_OBJECTS = 500;

  private final Map<String, Left> left =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Left> eldest) {
          return size() > MAX_OBJECTS;
        }
      };

  private record Left(double events, long millis) {}

  /**
   * Whether one more may be told, which is counted then.
   *
   * @param now milliseconds of a clock that only goes on
   */
  boolean take(String uid, long now) {
    Left before = left.getOrDefault(uid, new Left(BURST, now));
    double more = Math.max(0, now - before.millis) / MILLIS;
    double events = Math.min(BURST, before.events + more);
    left.put(uid, new Left(events < 1 ? events : events - 1, now));
    return events >= 1;
  }
}
