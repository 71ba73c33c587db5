package dev.flint.registry.server;

import dev.flint.oci.Descriptor;
import dev.flint.oci.store.GarbageCollector;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One repository: its layout, and what was deleted from it but still occupies disk space.
 *
 * <p>A client that was told that a blob is there pushes its manifest some time later; until then no
 * manifest of the repository names the blob. So the blobs of deleted manifests go only when nobody
 * was told anything for a while, or when the registry stops. Thread-safe.
 */
final class Repository implements AutoCloseable {
  private static final Duration QUIET = Duration.ofMinutes(10);

  private final String name;
  private final OciLayout layout;
  private final Clock clock;
  private final Set<Descriptor> removed = new HashSet<>();
  private volatile Instant promised;

  Repository(String name, OciLayout layout, Clock clock) {
    this.name = name;
    this.layout = layout;
    this.clock = clock;
    this.promised = clock.instant();
  }

  String name() {
    return name;
  }

  OciLayout layout() {
    return layout;
  }

  /** Notes that a client relies on blobs of this repository from now on. */
  void promise() {
    promised = clock.instant();
  }

  /** Notes manifests that were taken from the index. */
  void remove(List<Descriptor> entries) {
    synchronized (removed) {
      removed.addAll(entries);
    }
  }

  /** Removes the blobs that only removed manifests used, unless a client may rely on them. */
  void collectIfQuiet() throws IOException {
    if (clock.instant().isAfter(promised.plus(QUIET))) {
      collect();
    }
  }

  private void collect() throws IOException {
    List<Descriptor> candidates;
    synchronized (removed) {
      candidates = new ArrayList<>(removed);
    }
    if (!candidates.isEmpty() && new GarbageCollector(layout).collect(candidates).isPresent()) {
      synchronized (removed) {
        candidates.forEach(removed::remove);
      }
    }
  }

  /** Collects what is left; no request may be under way. */
  @Override
  public void close() throws IOException {
    try {
      collect();
    } finally {
      layout.close();
    }
  }
}
