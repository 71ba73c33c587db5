package dev.flint.registry.server;

import dev.flint.oci.store.GarbageCollector;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Removes from the repositories of a cache what was listed too long ago, and the starts of blobs
 * that nobody went on fetching. Who reads one of them meanwhile reads it to its end. Confined to
 * one thread.
 */
final class CacheSweep {
  static final Duration PAUSE = Duration.ofHours(1);

  private final Repositories repositories;
  private final Clock clock;
  private final Consumer<String> log;
  private Instant next = Instant.MIN;

  CacheSweep(Repositories repositories, Clock clock, Consumer<String> log) {
    this.repositories = repositories;
    this.clock = clock;
    this.log = log;
  }

  /** Sweeps if that was not done within the last hour. An interrupt ends it. */
  void runIfDue() throws IOException {
    Instant now = clock.instant();
    if (now.isBefore(next)) {
      return;
    }
    next = now.plus(PAUSE);
    for (String name : repositories.names()) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      try {
        sweep(name);
      } catch (IOException | RuntimeException e) {
        // It is no reason to let the others grow.
        log.accept("cannot clean up " + name + ": " + LogText.of(e));
      }
    }
  }

  private void sweep(String name) throws IOException {
    Optional<Repository> repository;
    try {
      repository = repositories.find(name);
    } catch (Refusal e) {
      // A folder that somebody else made.
      return;
    }
    if (repository.isPresent()) {
      // Where it is in use: in an hour.
      var unused = new GarbageCollector(repository.get().layout()).sweep();
    }
  }
}
