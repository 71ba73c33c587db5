package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is loaded ahead is a gain of time and nothing else. */
class AheadTest {
  @Test
  void aMachineWithoutMoreThreadsRunsTheCommand() {
    AtomicInteger tried = new AtomicInteger();
    Thread none =
        new Thread() {
          @Override
          public synchronized void start() {
            tried.incrementAndGet();
            throw new OutOfMemoryError("unable to create native thread");
          }
        };
    assertDoesNotThrow(() -> Ahead.start(none));
    assertEquals(1, tried.get());
  }

  @Test
  void whatFailsAheadSaysNothing() {
    assertDoesNotThrow(new Failing(new IllegalStateException("test"))::loadIfPossible);
    assertDoesNotThrow(new Failing(new NoClassDefFoundError("test"))::loadIfPossible);
  }

  @Test
  void whatIsLoadedCanBeLoaded() {
    assertDoesNotThrow(() -> new Ahead().load());
  }

  private static final class Failing extends Ahead {
    private final Throwable failure;

    Failing(Throwable failure) {
      this.failure = failure;
    }

    @Override
    void load() {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failure;
    }
  }
}
