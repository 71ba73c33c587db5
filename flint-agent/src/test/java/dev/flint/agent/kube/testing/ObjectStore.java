package dev.flint.agent.kube.testing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * All objects, the one counter of their versions, and the last changes. Thread-safe: its own
 * monitor guards it, and who reads and then writes holds it.
 */
final class ObjectStore {
  private final NavigableMap<ObjectKey, Stored> objects = new TreeMap<>();
  private final Deque<Change> history = new ArrayDeque<>();
  private final Set<Consumer<Change>> listeners = new LinkedHashSet<>();
  private final int kept;

  /** As a real server's, which has written much before the first of ours. */
  private long version = 100;

  /** Changes after this one are all in the history. */
  private long forgotten = version;

  /**
   * @param kept how many changes who watches may be behind
   */
  ObjectStore(int kept) {
    this.kept = kept;
  }

  synchronized long version() {
    return version;
  }

  synchronized Optional<Stored> find(ObjectKey key) {
    return Optional.ofNullable(objects.get(key));
  }

  Stored get(ObjectKey key) throws Refusal {
    return find(key).orElseThrow(() -> Refusal.notFound(key));
  }

  /** Those of one kind, by namespace and name. */
  synchronized List<Stored> all(Resource resource, Predicate<Stored> selection) {
    List<Stored> out = new ArrayList<>();
    for (Stored stored : objects.tailMap(new ObjectKey(resource, "", "")).values()) {
      if (stored.key().resource() != resource) {
        break;
      }
      if (selection.test(stored)) {
        out.add(stored);
      }
    }
    return out;
  }

  synchronized Stored put(ObjectKey key, Tree object) {
    Optional<Stored> before = find(key);
    Stored now = Stored.of(key, object, ++version);
    objects.put(key, now);
    publish(new Change(before, now, false));
    return now;
  }

  synchronized Stored remove(Stored last) {
    Stored gone = Stored.of(last.key(), last.tree(), ++version);
    objects.remove(last.key());
    publish(new Change(Optional.of(last), gone, true));
    return gone;
  }

  private void publish(Change change) {
    history.addLast(change);
    if (history.size() > kept) {
      forgotten = history.removeFirst().version();
    }
    List.copyOf(listeners).forEach(listener -> listener.accept(change));
    notifyAll();
  }

  /**
   * Gives the changes since a version, then each new one while the monitor is held, until {@link
   * #leave}.
   *
   * @throws Refusal if they are not all known any more, or the version is in the future
   */
  synchronized void follow(long since, Consumer<Change> listener) throws Refusal {
    if (since < forgotten) {
      throw Refusal.expired(since, forgotten + 1);
    }
    if (since > version) {
      throw Refusal.tooLarge(since, version);
    }
    for (Change change : history) {
      if (change.version() > since) {
        listener.accept(change);
      }
    }
    listeners.add(listener);
  }

  synchronized void leave(Consumer<Change> listener) {
    listeners.remove(listener);
  }

  /** Forgets all changes: who is behind has to list again. */
  synchronized void compact() {
    // So that also who has seen everything up to now is behind.
    version++;
    history.clear();
    forgotten = version;
  }

  /** Goes back to an older counter, as a server that is restored from a backup. */
  synchronized void rewind(long older) {
    history.clear();
    version = older;
    forgotten = older;
    notifyAll();
  }
}
