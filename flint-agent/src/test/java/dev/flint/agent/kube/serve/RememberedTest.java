package dev.flint.agent.kube.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.registry.server.SettableClock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RememberedTest {
  private final SettableClock clock = new SettableClock();
  private final Remembered<String, Integer> remembered = new Remembered<>(2, clock);

  @Test
  void holdsForItsTimeOnly() {
    remembered.keep("a", 1, Duration.ofSeconds(30));
    clock.advance(Duration.ofSeconds(29));
    assertEquals(Optional.of(1), remembered.find("a"));
    clock.advance(Duration.ofSeconds(1));
    assertEquals(Optional.empty(), remembered.find("a"));
    assertEquals(0, remembered.size());
  }

  @Test
  void doesNotHoldLongerAsTheClockIsPutBack() {
    remembered.keep("a", 1, Duration.ofSeconds(30));
    clock.advance(Duration.ofSeconds(-1));
    assertEquals(Optional.empty(), remembered.find("a"));
  }

  @Test
  void forgetsWhatWasNotAskedForTheLongest() {
    remembered.keep("a", 1, Duration.ofSeconds(30));
    remembered.keep("b", 2, Duration.ofSeconds(30));
    assertEquals(Optional.of(1), remembered.find("a"));
    remembered.keep("c", 3, Duration.ofSeconds(30));
    assertEquals(2, remembered.size());
    assertEquals(Optional.of(1), remembered.find("a"));
    assertEquals(Optional.empty(), remembered.find("b"));
  }
}
