package dev.flint.agent.kube.node;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.backend.Engine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What runs images here, and whether it is there. As with a kubelet, one that is away for less than
 * half a minute, as for its own update, makes nobody unready. Confined to one thread.
 */
final class NodeBackends {
  private static final long PATIENCE_MILLIS = 30_000;

  private final Map<String, Backend> backends;
  private final IdentityHashMap<Backend, Engine> engines = new IdentityHashMap<>();
  private final IdentityHashMap<Backend, Long> seen = new IdentityHashMap<>();
  private List<String> problems = List.of();

  NodeBackends(Map<String, Backend> backends) {
    this.backends = new TreeMap<>(backends);
  }

  /** The names by which images call them. */
  Set<String> names() {
    return backends.keySet();
  }

  /**
   * Asks all of them.
   *
   * @param now in milliseconds of a clock that never jumps
   */
  void look(long now) {
    List<String> found = new ArrayList<>();
    IdentityHashMap<Backend, Boolean> asked = new IdentityHashMap<>();
    for (Backend backend : backends.values()) {
      // One may go by several names.
      if (asked.put(backend, true) == null) {
        look(backend, now, found);
      }
    }
    problems = found;
  }

  private void look(Backend backend, long now, List<String> found) {
    try {
      engines.put(backend, backend.engine());
      seen.put(backend, now);
    } catch (IOException e) {
      Long last = seen.get(backend);
      if (last == null || now - last >= PATIENCE_MILLIS) {
        found.add(backend.name() + ": " + e.getMessage());
      }
    }
  }

  /** Those that have answered once, in the order of their names. */
  List<Engine> engines() {
    List<Engine> all = new ArrayList<>();
    IdentityHashMap<Backend, Boolean> told = new IdentityHashMap<>();
    for (Backend backend : backends.values()) {
      Engine engine = engines.get(backend);
      if (engine != null && told.put(backend, true) == null) {
        all.add(engine);
      }
    }
    return all;
  }

  /** Why not all kinds of pods can be run; empty if they can. */
  String problem() {
    return backends.isEmpty()
        ? "neither containerd nor QEMU is on this host"
        : String.join("; ", problems);
  }
}
