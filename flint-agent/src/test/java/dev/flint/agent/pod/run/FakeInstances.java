package dev.flint.agent.pod.run;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.pod.PullPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Instances that only say what was asked of them; a test says what becomes of them. */
final class FakeInstances implements Instances {
  final List<String> calls = new ArrayList<>();
  private final Map<String, ContainerInstance> views = new TreeMap<>();
  private long time = 1000;

  /** Of all of them. */
  long age;

  /** Of the present runs of all of them. */
  long runAge;

  private static String shortName(InstanceId id) {
    return id.text().substring(id.text().lastIndexOf('_') + 1);
  }

  /** What was asked since the last call of this. */
  String asked() {
    String out = String.join(" ", calls);
    calls.clear();
    return out;
  }

  /** As if nobody had ever asked for any. */
  void forget() {
    views.clear();
    calls.clear();
  }

  void step(String name, ContainerInstance.Step step) {
    change(name, step, "", null, false);
  }

  void fail(String name, String reason) {
    change(name, ContainerInstance.Step.FAILED, reason, null, false);
  }

  void run(String name) {
    change(name, ContainerInstance.Step.RUNNING, "", null, true);
  }

  /** Ends after so long. */
  void end(String name, int code, long ranMillis) {
    time += ranMillis;
    InstanceState.End end =
        new InstanceState.End(code, code == 0 ? "Completed" : "Error", "", time - ranMillis, time);
    change(name, ContainerInstance.Step.ENDED, "", end, false);
  }

  /** Ends without ever having been started. */
  void cannotStart(String name) {
    time++;
    InstanceState.End end =
        new InstanceState.End(125, "ContainerCannotRun", "", 0, 1_790_000_000_000L + time);
    change(name, ContainerInstance.Step.ENDED, "", end, false);
  }

  private void change(
      String name,
      ContainerInstance.Step step,
      String reason,
      InstanceState.@Nullable End end,
      boolean starts) {
    ContainerInstance old = views.get(name);
    if (old == null) {
      throw new IllegalStateException("no instance " + name + ": " + views.keySet());
    }
    if (starts) {
      time++;
    }
    boolean again = starts && old.startedMillis() > 0;
    views.put(
        name,
        new ContainerInstance(
            old.spec(),
            step,
            reason,
            "",
            old.restarts() + (again ? 1 : 0),
            starts ? time : old.startedMillis(),
            end == null ? old.lastEnd() : end));
  }

  @Override
  public Optional<ContainerInstance> find(InstanceId id) {
    return Optional.ofNullable(views.get(shortName(id)));
  }

  @Override
  public long age(InstanceId id) {
    return find(id).isPresent() ? age : 0;
  }

  @Override
  public long runAge(InstanceId id) {
    return find(id).isPresent() ? runAge : 0;
  }

  @Override
  public void create(InstanceSpec spec, PullPolicy pull) {
    calls.add("create:" + shortName(spec.id()));
    views.put(
        shortName(spec.id()),
        new ContainerInstance(spec, ContainerInstance.Step.CREATING, "", "", 0, 0, null));
  }

  @Override
  public void start(InstanceId id) {
    calls.add("start:" + shortName(id));
    step(shortName(id), ContainerInstance.Step.STARTING);
  }

  @Override
  public void stop(InstanceId id, Duration grace) {
    calls.add("stop:" + shortName(id) + ":" + grace.toSeconds());
  }

  @Override
  public void remove(InstanceId id) {
    calls.add("remove:" + shortName(id));
    views.remove(shortName(id));
  }
}
