package dev.flint.registry.server;

import java.util.concurrent.Semaphore;

/**
 * Lets so many requests at a time wait for another server, and turns others away: there must be
 * threads left for those who want what is here. Thread-safe.
 */
final class Places {
  private final Semaphore free;

  Places(int count) {
    this.free = new Semaphore(count);
  }

  /** The right to wait, until closed. */
  interface Place extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Takes a place.
   *
   * @throws Refusal 429 if there is none
   */
  Place take(Call call) throws Refusal {
    if (!free.tryAcquire()) {
      throw Refusal.busy(call, "too many requests wait for the upstream registry");
    }
    return free::release;
  }
}
