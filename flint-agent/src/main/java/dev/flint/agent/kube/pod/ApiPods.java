package dev.flint.agent.kube.pod;

import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.PullCredentials;
import dev.flint.agent.pod.watch.PodEvent;
import dev.flint.agent.pod.watch.PodSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The pods of an API server as events: what is in its mirror now, against the last look. */
final class ApiPods implements PodSource {
  private final PodMirror mirror;
  private final PodInputs inputs;
  private Map<ObjectName, Seen> seen = new TreeMap<>();

  /** Uids of those that ended for good and are not run here. */
  private Set<String> over = Set.of();

  /** Whether all pods that there are to be have been told of once. */
  private volatile boolean complete;

  private record Seen(PodSpec pod, @Nullable Duration grace) {}

  ApiPods(PodMirror mirror, PodInputs inputs) {
    this.mirror = mirror;
    this.inputs = inputs;
  }

  @Override
  public boolean isKnown() {
    return complete || (mirror.isKnown() && mirror.all().isEmpty());
  }

  @Override
  public List<PodEvent> look() {
    List<PodEvent> events = new ArrayList<>();
    if (!mirror.isKnown()) {
      return events;
    }
    Map<ObjectName, Seen> wanted = new TreeMap<>();
    List<PodSpec> specs = new ArrayList<>();
    Set<String> ended = new HashSet<>();
    boolean whole = true;
    for (ApiPod pod : mirror.all()) {
      PodSpec spec = pod.spec();
      whole &= !pod.isLeft();
      // What ended for good is not run again, by an agent that has forgotten it, for example.
      if (spec != null && (!pod.over() || seen.containsKey(pod.name()))) {
        wanted.put(pod.name(), new Seen(spec, pod.grace()));
        specs.add(spec);
      } else if (pod.over()) {
        ended.add(pod.uid());
      }
    }
    if (!ended.containsAll(over)) {
      events.add(new PodEvent.OverGone());
    }
    over = ended;
    inputs.want(specs);
    Map<ObjectName, Seen> now = new TreeMap<>();
    for (Map.Entry<ObjectName, Seen> pod : wanted.entrySet()) {
      // What only has to end needs nothing.
      if (pod.getValue().grace != null || inputs.isReady(pod.getValue().pod)) {
        now.put(pod.getKey(), pod.getValue());
      }
    }
    // Before, what an earlier agent has left running may be one that is not ready yet, or is left.
    boolean first = !complete && whole && now.size() == wanted.size();
    if (inputs.takeNews()) {
      events.add(new PodEvent.ObjectsChanged());
    }
    for (Map.Entry<ObjectName, Seen> before : seen.entrySet()) {
      Seen after = now.get(before.getKey());
      if (after == null || !after.pod.uid().equals(before.getValue().pod.uid())) {
        events.add(new PodEvent.PodRemoved(before.getKey()));
      }
    }
    for (Map.Entry<ObjectName, Seen> after : now.entrySet()) {
      compare(after.getKey(), seen.get(after.getKey()), after.getValue(), events);
    }
    if (first) {
      complete = true;
      // What was left running has the tokens of the earlier agent, which this one does not renew.
      events.add(new PodEvent.ObjectsChanged());
    }
    seen = now;
    return events;
  }

  private static void compare(
      ObjectName name, @Nullable Seen before, Seen after, List<PodEvent> events) {
    Duration grace = after.grace;
    Duration told = null;
    if (before == null || !before.pod.uid().equals(after.pod.uid())) {
      events.add(new PodEvent.PodAdded(after.pod));
    } else {
      told = before.grace;
      if (grace == null && isOther(before.pod, after.pod)) {
        events.add(new PodEvent.PodChanged(before.pod, after.pod));
      }
    }
    if (grace != null && !grace.equals(told)) {
      events.add(new PodEvent.PodStopping(name, grace));
    }
  }

  /** The mirror gives the same one until the server tells of it; to compare texts costs much. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isOther(PodSpec before, PodSpec after) {
    return before != after && !before.document().equals(after.document());
  }

  @Override
  public List<PodSpec> pods() {
    List<PodSpec> all = new ArrayList<>();
    for (Seen one : seen.values()) {
      all.add(one.pod);
    }
    return all;
  }

  @Override
  public boolean isOver(String uid) {
    return over.contains(uid);
  }

  @Override
  public ConfigObjects objects(PodSpec pod) {
    return inputs.objects(pod);
  }

  @Override
  public PullCredentials pullCredentials(String uid) {
    return inputs.pullCredentials(uid);
  }

  @Override
  public Map<String, List<String>> problems() {
    return Map.of();
  }

  @Override
  public void listen(Runnable news) {
    mirror.listen(news);
    inputs.listen(news);
  }
}
