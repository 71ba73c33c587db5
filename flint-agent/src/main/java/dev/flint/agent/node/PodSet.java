package dev.flint.agent.node;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.launch.InstanceNames;
import dev.flint.agent.pod.run.PodFailure;
import dev.flint.agent.pod.run.PodParts;
import dev.flint.agent.pod.run.PodRunner;
import dev.flint.agent.pod.update.PodUpdate;
import dev.flint.agent.pod.update.UpdateMeans;
import dev.flint.agent.pod.update.UpdateRecord;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The pods of a device: for each what its {@link PodUpdate} says is run, once what ran before in
 * its name is gone. Confined to one thread.
 */
final class PodSet {
  private static final long AGAIN_MILLIS = 1000;

  private final PodNode.Parts parts;
  private final SupervisedInstances instances;
  private final PodParts.Probes probes;
  private final UpdateMeans means;
  private final PodVolumes volumes;
  private final Map<ObjectName, PodMember> members = new TreeMap<>();
  private final List<PodRunner> leaving = new ArrayList<>();

  /** What becomes of all, once the device is shut down. */
  private @Nullable Consumer<PodMember> ending;

  /** Pods that nobody could go on with at the last time. */
  private final Set<PodRunner> troubled = new HashSet<>();

  PodSet(
      PodNode.Parts parts,
      SupervisedInstances instances,
      PodParts.Probes probes,
      UpdateMeans means) {
    this.parts = parts;
    this.instances = instances;
    this.probes = probes;
    this.means = means;
    this.volumes = new PodVolumes(parts, instances);
  }

  /** Brings up a pod that was not there, or goes on with it. */
  void add(PodSpec pod) {
    warn(pod);
    PodUpdate update = new PodUpdate(record(pod), pod, means, parts.pulls());
    if (update.before().isPresent()) {
      leave(runner(update.before().get()));
    }
    instances.pin(update.running().uid(), update.pins());
    PodMember member = new PodMember(update, runner(update.running()));
    PodMember before = members.put(pod.name(), member);
    if (before != null) {
      before.update.end();
      leave(before.runner);
    }
    if (ending != null) {
      ending.accept(member);
    }
    if (isBegun(member.runner.pod()) && member.runner.pod().losesVolumes()) {
      recover(member);
    }
  }

  /** What is there is started without being made again. */
  private void recover(PodMember member) {
    if (volumes.wantInitContainers(member)) {
      PodRunner before = runner(member.runner.pod());
      before.handOver();
      leaving.add(before);
    } else {
      volumes.renew(member);
    }
  }

  private boolean isBegun(PodSpec pod) {
    return pod.allContainers().stream()
        .anyMatch(one -> instances.find(InstanceNames.of(pod.name(), one.name())).isPresent());
  }

  private UpdateRecord record(PodSpec pod) {
    ObjectName name = pod.name();
    if (pod.origin() == PodOrigin.API) {
      // A cluster goes back by itself, and what ran before in this name may be another pod.
      return UpdateRecord.none(name);
    }
    try {
      return parts.updates().read(name);
    } catch (FlintException e) {
      // Left where it is, no image would be removed any more, as nobody knows what it keeps.
      parts.warnings().accept("what ran before pod " + name.name() + ": " + aside(name, e));
      return UpdateRecord.none(name);
    } catch (IOException e) {
      parts.warnings().accept("what ran before pod " + name.name() + ": " + e.getMessage());
      return UpdateRecord.none(name);
    }
  }

  private String aside(ObjectName name, FlintException e) {
    try {
      return e.getMessage() + "; it is now " + parts.updates().moveAside(name);
    } catch (IOException again) {
      return FlintException.line(e);
    }
  }

  /** Takes note of a changed file. */
  void change(PodSpec pod) {
    PodMember member = members.get(pod.name());
    if (member == null) {
      add(pod);
    } else {
      warn(pod);
      member.update.want(pod);
      PodSpec before = member.runner.pod();
      if (before.isSame(pod)) {
        member.runner.change(pod);
        if (!before.labels().equals(pod.labels())
            || !before.annotations().equals(pod.annotations())) {
          volumes.renew(member);
        }
      }
    }
  }

  /** Brings a pod down. */
  void remove(ObjectName name) {
    PodMember member = members.remove(name);
    if (member != null) {
      try {
        parts.updates().remove(name);
      } catch (IOException e) {
        parts.warnings().accept("what ran before pod " + name.name() + ": " + e.getMessage());
      }
      member.update.end();
      leave(member.runner);
    }
  }

  /** Ends the containers of a pod within a time, and keeps what can be said of them. */
  void stop(ObjectName name, Duration grace) {
    PodMember member = members.get(name);
    if (member != null) {
      member.update.end();
      member.runner.halt(grace);
    }
  }

  /** Ends a pod that has failed for a reason of its own. */
  void fail(String uid, PodFailure why, Duration grace) {
    for (PodMember member : members.values()) {
      if (member.runner.pod().uid().equals(uid)) {
        member.update.end();
        member.runner.fail(why, grace);
      }
    }
  }

  /** Ends all pods, those that come too; each has at most that time. */
  void endAll(PodFailure why, Duration most) {
    ending = member -> member.end(why, most);
    members.values().forEach(ending);
  }

  /** Whether all were to end, and nothing of them runs. */
  boolean haveEnded() {
    return ending != null
        && leaving.isEmpty()
        && members.values().stream().allMatch(PodMember::hasEnded);
  }

  private void warn(PodSpec pod) {
    for (String warning : pod.warnings()) {
      parts.warnings().accept("pod " + pod.name().name() + ": " + warning);
    }
  }

  private PodRunner runner(PodSpec pod) {
    PodParts with =
        new PodParts(
            instances, parts::make, probes, parts.failures(), parts.restarts(), parts.pulls());
    return new PodRunner(pod, with);
  }

  private void leave(PodRunner runner) {
    runner.stop();
    leaving.add(runner);
  }

  /** Brings the volumes of all pods up to date. */
  void renewVolumes() {
    members.values().forEach(volumes::renew);
  }

  /** Forgets what earlier processes have kept of other pods; what cannot go is told. */
  void forgetOthers() {
    Set<String> uids = new HashSet<>();
    for (PodMember member : members.values()) {
      uids.add(member.runner.pod().uid());
    }
    for (PodRunner runner : leaving) {
      uids.add(runner.pod().uid());
    }
    parts.volumes().keepOnly(uids, parts.warnings());
    try {
      parts.failures().keepOnly(uids);
    } catch (IOException e) {
      parts.warnings().accept("why pods failed that are gone is still kept: " + e.getMessage());
    }
    try {
      parts.updates().keepOnly(members.keySet());
    } catch (IOException | DirectoryIteratorException e) {
      parts.warnings().accept("records of pods that are gone are left: " + e.getMessage());
    }
  }

  /** Whether there is a pod of this name that is to be. */
  boolean isKnown(ObjectName name) {
    return members.containsKey(name);
  }

  /** Whether a pod looks after an instance, be it to replace it. */
  boolean isKept(ObjectName name, InstanceId id) {
    PodMember member = members.get(name);
    if (member != null && has(member.runner.pod(), id)) {
      return true;
    }
    for (PodRunner runner : leaving) {
      if (runner.pod().name().equals(name) && has(runner.pod(), id)) {
        return true;
      }
    }
    return false;
  }

  private static boolean has(PodSpec pod, InstanceId id) {
    for (ContainerSpec container : pod.everyContainer()) {
      if (InstanceNames.of(pod.name(), container.name()).equals(id)) {
        return true;
      }
    }
    return false;
  }

  /** Does what is due, and says how all pods are then. */
  List<PodView> advance(long now) {
    for (Iterator<PodRunner> it = leaving.iterator(); it.hasNext(); ) {
      PodRunner runner = it.next();
      attempt(runner, () -> runner.advance(now));
      if (runner.isGone()) {
        it.remove();
        troubled.remove(runner);
        PodSpec gone = runner.pod();
        PodMember member = members.get(gone.name());
        // It may be run again already.
        if (member == null || !member.runner.pod().uid().equals(gone.uid())) {
          instances.pin(gone.uid(), Map.of());
        }
        // What is in its files is made anew; a pod of a server keeps its volumes when it changes.
        if (gone.origin() == PodOrigin.FILE
            || member == null
            || !member.runner.pod().uid().equals(gone.uid())) {
          means.discard(gone);
        }
      }
    }
    List<PodView> views = new ArrayList<>();
    for (PodMember member : members.values()) {
      attempt(member.runner, () -> advance(member, now));
      views.add(member.view());
    }
    return List.copyOf(views);
  }

  /** A mistake that shows at one pod is not to keep the others waiting. */
  private void attempt(PodRunner runner, Runnable work) {
    try {
      work.run();
      troubled.remove(runner);
    } catch (RuntimeException e) {
      if (troubled.add(runner)) {
        String name = runner.pod().name().name();
        parts.warnings().accept("pod " + name + ": nothing can be done for it: " + e);
      }
    }
  }

  private void advance(PodMember member, long now) {
    if (member.runner.isHalting()) {
      member.runner.advance(now);
      return;
    }
    PodUpdate update = member.update;
    // Not while one of its name is brought down: their instances have the same names.
    boolean waits = isLeaving(member.runner.pod().name());
    update.advance(now, waits);
    if (!waits) {
      // Before what crashed is started again.
      judge(member, now);
    }
    if (!member.runs()) {
      member.runner.handOver();
      leaving.add(member.runner);
      member.runner.advance(now);
      member.runner = runner(update.running());
      member.cleared = false;
      instances.pin(update.running().uid(), update.pins());
    } else if (!waits) {
      member.runner.advance(now);
      // What is ready may be so only now.
      judge(member, now);
      volumes.clear(member);
    }
  }

  private void judge(PodMember member, long now) {
    if (member.update.isJudged() && member.runs() && isKnown(member.runner.pod())) {
      member.update.judge(now, member.runner.status());
    }
  }

  private boolean isKnown(PodSpec pod) {
    for (ContainerSpec container : pod.allContainers()) {
      if (!parts.supervisor().isKnown(InstanceNames.of(pod.name(), container.name()))) {
        return false;
      }
    }
    return true;
  }

  private boolean isLeaving(ObjectName name) {
    for (PodRunner runner : leaving) {
      if (runner.pod().name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** When there is something to do though nothing happened. */
  long due(long now) {
    // What leaves is asked again, whatever became of the first time.
    boolean asksAgain = !leaving.isEmpty() || instances.isRemoving();
    long due = asksAgain ? now + AGAIN_MILLIS : Long.MAX_VALUE;
    for (PodMember member : members.values()) {
      if (troubled.contains(member.runner)) {
        due = Math.min(due, now + AGAIN_MILLIS);
        continue;
      }
      due = Math.min(due, member.runner.due());
      if (member.runner.isHalting()) {
        continue;
      }
      long update = member.update.due(now);
      // What could not be decided is looked at again, but not at once.
      due = Math.min(due, update > now ? update : now + AGAIN_MILLIS);
      due = member.runs() ? due : now;
    }
    return due;
  }
}
