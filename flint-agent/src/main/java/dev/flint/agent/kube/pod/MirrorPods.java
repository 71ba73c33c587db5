package dev.flint.agent.kube.pod;

import dev.flint.agent.pod.ObjectName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The mirror pods of this node as the API server has them. Thread-safe. */
final class MirrorPods {
  /** More than there can be files; whoever may make pods may make more. */
  private static final int MOST = 2000;

  /** Characters of all statuses as text: those of hundreds of usual ones. */
  private static final int MAX_STATUSES = 512 << 10;

  private final Map<ObjectName, MirrorPod> pods = new TreeMap<>();
  private int statuses;
  private Runnable changed = () -> {};

  /** Has somebody told of changes, on the thread that makes them. */
  synchronized void listen(Runnable news) {
    changed = news;
  }

  private synchronized Runnable listener() {
    return changed;
  }

  /** These and no others. */
  void replace(Collection<MirrorPod> all) {
    synchronized (this) {
      pods.clear();
      statuses = 0;
      all.forEach(this::keep);
    }
    listener().run();
  }

  /** One is there, or is another. */
  void put(MirrorPod pod) {
    synchronized (this) {
      keep(pod);
    }
    listener().run();
  }

  private void keep(MirrorPod pod) {
    forget(pod.name());
    if (pods.size() < MOST) {
      int length = length(pod);
      // Without it more is told than need be, and that is all.
      boolean fits = length <= MAX_STATUSES - statuses;
      pods.put(pod.name(), fits ? pod : pod.withoutStatus());
      statuses += fits ? length : 0;
    }
  }

  private void forget(ObjectName name) {
    MirrorPod there = pods.remove(name);
    statuses -= there == null ? 0 : length(there);
  }

  private static int length(MirrorPod pod) {
    return pod.status().names().isEmpty() ? 0 : pod.status().bytes().length;
  }

  /** One is gone; one of the same name that came after it is not. */
  void remove(ObjectName name, String uid) {
    synchronized (this) {
      MirrorPod there = pods.get(name);
      if (there == null || !there.uid().equals(uid)) {
        return;
      }
      forget(name);
    }
    listener().run();
  }

  /** All of them, by name. */
  synchronized List<MirrorPod> all() {
    return new ArrayList<>(pods.values());
  }

  /** The one of this name. */
  synchronized Optional<MirrorPod> find(ObjectName name) {
    return Optional.ofNullable(pods.get(name));
  }
}
