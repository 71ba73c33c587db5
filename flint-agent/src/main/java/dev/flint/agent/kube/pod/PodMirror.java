package dev.flint.agent.kube.pod;

import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The pods of this node as the API server has them, as far as it has told. Thread-safe. */
final class PodMirror {
  /** Hundreds of usual ones, and what a small heap can hold twice. */
  private static final int MAX_WEIGHT = 6 << 20;

  /** With what an earlier agent has begun: it has grown since, by its status for example. */
  private static final int MAX_BEGUN = 9 << 20;

  /** Of those that are not run; whoever may make pods may make more. */
  private static final int MOST = 10_000;

  private static final Refusal TOO_LONG =
      Refusal.unsupported("this node's pods together have too long texts");

  /** Not failed: whoever made it would make another at once, which would come here too. */
  private static final Refusal LEAVING =
      new Refusal(false, "NodeShutdown", "Pod was rejected as the node is shutting down.");

  private final Map<ObjectName, ApiPod> pods = new TreeMap<>();
  private final int mostBegun;
  private final Predicate<ApiPod> isRunElsewhere;
  private final MirrorPods copies = new MirrorPods();
  private long weight;

  /** The least that one wanted since the last list for which there was no room. */
  private long wanted = Long.MAX_VALUE;

  /** What those that have not ended took then. */
  private long taken;

  private PodAdmission admission = NodeRoom.ENDLESS;
  private Supplier<List<PodSpec>> others = List::of;

  /** Uids of the pods that there is something of, of an earlier agent. */
  private Set<String> left = Set.of();

  private boolean known;
  private boolean leaving;
  private Runnable changed = () -> {};

  /** One that has none. */
  PodMirror() {
    this(MAX_BEGUN, pod -> false);
  }

  private PodMirror(int mostBegun, Predicate<ApiPod> isRunElsewhere) {
    this.mostBegun = mostBegun;
    this.isRunElsewhere = isRunElsewhere;
  }

  /** One for a list that is to take the place of this; both of them are held until then. */
  synchronized PodMirror list() {
    return new PodMirror(known ? MAX_WEIGHT : MAX_BEGUN, this::runs);
  }

  /** Those that only show what this node has from files; they are not among the others. */
  MirrorPods copies() {
    return copies;
  }

  /** Has somebody told of changes, on the thread that makes them. */
  synchronized void listen(Runnable news) {
    changed = news;
  }

  /**
   * From now on pods are refused that the node does not take, for want of room for example.
   *
   * @param besides pods that are not here and take room too
   */
  synchronized void limit(PodAdmission rule, Supplier<List<PodSpec>> besides) {
    admission = rule;
    others = besides;
  }

  /**
   * From now on these are known too if they have ended, as there is something left of them.
   *
   * @param uids theirs
   */
  synchronized void keepOver(Set<String> uids) {
    left = Set.copyOf(uids);
  }

  /** From now on no more pods are run. */
  synchronized void leave() {
    leaving = true;
  }

  private synchronized Runnable listener() {
    return changed;
  }

  /** What was read of a list, and no others. */
  void replace(PodMirror list) {
    copies.replace(list.copies.all());
    replace(list.all(), list.wanted);
  }

  /** These and no others. */
  void replace(Collection<ApiPod> all) {
    replace(all, Long.MAX_VALUE);
  }

  private void replace(Collection<ApiPod> all, long wantedMore) {
    synchronized (this) {
      wanted = wantedMore;
      Map<ObjectName, ApiPod> before = new TreeMap<>(pods);
      pods.clear();
      weight = 0;
      List<ApiPod> order = new ArrayList<>();
      for (ApiPod pod : all) {
        ApiPod there = before.get(pod.name());
        order.add(of(before, pod));
        if (there != null && isRun(there, pod)) {
          // What it has already nobody else gets.
          pods.put(there.name(), there);
          weight += there.weight();
        }
      }
      // Who was here first stays. What has ended gives way, which has to be known first.
      order.sort(
          Comparator.comparing((ApiPod pod) -> pod.over() ? 0 : 1)
              .thenComparing(pod -> isRun(before.get(pod.name()), pod) ? 0 : 1)
              .thenComparing(pod -> pod.isBegun() ? 0 : 1)
              .thenComparing(ApiPod::since));
      for (ApiPod pod : order) {
        keep(before.get(pod.name()), pod);
      }
      known = true;
      taken = lasting();
    }
    listener().run();
  }

  /** A pod is there, or is another. */
  void put(ApiPod pod) {
    synchronized (this) {
      keep(pods.get(pod.name()), of(pods, pod));
    }
    listener().run();
  }

  private static boolean isRun(@Nullable ApiPod before, ApiPod pod) {
    return before != null && before.spec() != null && before.uid().equals(pod.uid());
  }

  private void keep(@Nullable ApiPod before, ApiPod pod) {
    ApiPod there = pods.remove(pod.name());
    weight -= there == null ? 0 : there.weight();
    if (pod.spec() != null && !pod.over() && !fits(pod)) {
      makeRoom(pod);
    }
    ApiPod kept = admitted(before, pod);
    boolean must = kept.spec() != null || kept.isLeft() || isRunElsewhere.test(kept);
    if (must || pods.size() < MOST) {
      pods.put(kept.name(), kept);
      weight += kept.weight();
    }
  }

  private boolean fits(ApiPod pod) {
    return weight + pod.weight() <= MAX_WEIGHT;
  }

  private ApiPod admitted(@Nullable ApiPod before, ApiPod pod) {
    PodSpec spec = pod.spec();
    if (spec == null) {
      return pod.over() ? pod.finished() : pod;
    } else if (before != null && isRun(before, pod)) {
      // What runs is not ended for what is written into it.
      return fits(pod) ? pod : pod.as(before);
    } else if (pod.isBegun()) {
      // What an earlier agent has begun is not ended for want of room.
      return weight + pod.weight() <= mostBegun ? pod : without(pod).left();
    } else if (!fits(pod)) {
      return without(pod).refused(TOO_LONG);
    }
    Refusal refusal = leaving ? LEAVING : admission.refuse(spec, running());
    return refusal.reason().isEmpty() ? pod : pod.refused(refusal);
  }

  /** Has others go for a pod that there is no room for. */
  private void makeRoom(ApiPod pod) {
    List<ApiPod> ended = new ArrayList<>(pods.values());
    ended.removeIf(other -> !other.over());
    ended.sort(Comparator.comparing(ApiPod::since));
    boolean helps = lasting() + pod.weight() <= MAX_WEIGHT;
    for (ApiPod other : ended) {
      if (helps && !fits(pod)) {
        forget(other);
      }
    }
    for (ApiPod other : List.copyOf(pods.values())) {
      // As long as it is not known what runs here, what is begun goes before what is not.
      boolean yields = !known && pod.isBegun() && other.spec() != null && !other.isBegun();
      if (yields && !fits(pod)) {
        pods.put(other.name(), without(other).refused(TOO_LONG));
        weight -= other.weight();
      }
    }
  }

  /** What has ended here; it is still to be removed from the server if somebody has deleted it. */
  private void forget(ApiPod pod) {
    pods.remove(pod.name());
    weight -= pod.weight();
    if (pod.grace() != null) {
      pods.put(pod.name(), pod.finished());
    }
  }

  /** What does not give way takes so much. */
  private long lasting() {
    long sum = 0;
    for (ApiPod pod : pods.values()) {
      sum += pod.over() ? 0 : pod.weight();
    }
    return sum;
  }

  /** Takes note that there is no room for one. */
  private ApiPod without(ApiPod pod) {
    wanted = Math.min(wanted, pod.weight());
    taken = Math.max(taken, lasting());
    return pod;
  }

  /**
   * Whether there may be room for one now that had none: what it is was not kept. As long as no
   * more is free than when that was found, another list would say the same.
   */
  synchronized boolean isToBeRead() {
    if (wanted == Long.MAX_VALUE) {
      return false;
    }
    long now = lasting();
    return now < taken && now + wanted <= MAX_WEIGHT;
  }

  private List<PodSpec> running() {
    List<PodSpec> running = new ArrayList<>(others.get());
    for (ApiPod pod : pods.values()) {
      if (pod.spec() != null && !pod.over()) {
        running.add(pod.spec());
      }
    }
    return running;
  }

  private static ApiPod of(Map<ObjectName, ApiPod> known, ApiPod pod) {
    ApiPod before = known.get(pod.name());
    return before == null ? pod : pod.running(before);
  }

  /** Whether it matters that it is there: if it has ended, only if it ran here or is deleted. */
  synchronized boolean concerns(ApiPod pod) {
    return !pod.over() || pod.grace() != null || runs(pod) || left.contains(pod.uid());
  }

  /** Whether it has not been decided yet that it is run. */
  synchronized boolean isNew(ApiPod pod) {
    return pod.spec() != null && !pod.over() && !pod.isBegun() && !runs(pod);
  }

  private synchronized boolean runs(ApiPod pod) {
    return isRun(pods.get(pod.name()), pod);
  }

  /** A pod is gone; one of the same name that came after it is not. */
  void remove(ObjectName name, String uid) {
    synchronized (this) {
      ApiPod there = pods.get(name);
      if (there == null || !there.uid().equals(uid)) {
        return;
      }
      weight -= there.weight();
      pods.remove(name);
    }
    listener().run();
  }

  /** Whether the server has told of all pods once. */
  synchronized boolean isKnown() {
    return known;
  }

  /** All of them, by name. */
  synchronized List<ApiPod> all() {
    return new ArrayList<>(pods.values());
  }

  /** The one of this name. */
  synchronized Optional<ApiPod> find(ObjectName name) {
    return Optional.ofNullable(pods.get(name));
  }
}
