package dev.flint.agent.kube.api;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Whoever waits as the server was not there hears at once when it is again: the first of all
 * requests that goes well says so to the others. Thread-safe.
 */
final class Reach {
  /** Guarded by this. */
  private final Set<Pauses> waiting = new LinkedHashSet<>();

  private volatile boolean refused;

  /** The server was not there for one, which waits now. */
  synchronized void lost(Pauses who) {
    waiting.add(who);
  }

  /** One waits no more. */
  synchronized void forget(Pauses who) {
    waiting.remove(who);
  }

  /** The server does not know us. */
  void refused() {
    refused = true;
  }

  /** Whether the server did not know us when it last said so, or did what it was asked for. */
  boolean isRefused() {
    return refused;
  }

  /** We show something else from now on. */
  void changed() {
    refused = false;
  }

  /** Whether anybody waits. */
  synchronized boolean isAwaited() {
    return !waiting.isEmpty();
  }

  /** The server has done what it was asked for. */
  synchronized void heard() {
    refused = false;
    for (Pauses one : waiting) {
      one.wake();
    }
    waiting.clear();
  }
}
