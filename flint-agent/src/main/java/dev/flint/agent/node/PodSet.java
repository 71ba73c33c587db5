package dev.flint.agent.node;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.launch.InstanceNames;
import dev.flint.agent.pod.run.PodParts;
import dev.flint.agent.pod.run.PodRunner;
import dev.flint.agent.pod.run.PodStatus;
import dev.flint.agent.pod.update.PodUpdate;
import dev.flint.agent.pod.update.UpdateMeans;
import dev.flint.agent.pod.update.UpdateRecord;
import dev.flint.agent.pod.update.UpdateStatus;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

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
  private final Map<ObjectName, Member> members = new TreeMap<>();
  private final List<PodRunner> leaving = new ArrayList<>();

  private static final class Member {
    final PodUpdate update;
    PodRunner runner;

    Member(PodUpdate update, PodRunner runner) {
      this.update = update;
      this.runner = runner;
    }
  }

  PodSet(
      PodNode.Parts parts,
      SupervisedInstances instances,
      PodParts.Probes probes,
      UpdateMeans means) {
    this.parts = parts;
    this.instances = instances;
    this.probes = probes;
    this.means = means;
  }

  /** Brings up a pod that was not there, or goes on with it. */
  void add(PodSpec pod) {
    warn(pod);
    PodUpdate update = new PodUpdate(record(pod.name()), pod, means, parts.pulls());
    if (update.before().isPresent()) {
      leave(runner(update.before().get()));
    }
    instances.pin(update.running().uid(), update.pins());
    members.put(pod.name(), new Member(update, runner(update.running())));
  }

  private UpdateRecord record(ObjectName name) {
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
    Member member = members.get(pod.name());
    if (member == null) {
      add(pod);
    } else {
      warn(pod);
      member.update.want(pod);
    }
  }

  /** Brings a pod down. */
  void remove(ObjectName name) {
    Member member = members.remove(name);
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

  private void warn(PodSpec pod) {
    for (String warning : pod.warnings()) {
      parts.warnings().accept("pod " + pod.name().name() + ": " + warning);
    }
  }

  private PodRunner runner(PodSpec pod) {
    PodParts with =
        new PodParts(
            instances,
            container -> parts.make(pod, container),
            probes,
            parts.restarts(),
            parts.pulls());
    return new PodRunner(pod, with);
  }

  private void leave(PodRunner runner) {
    runner.stop();
    leaving.add(runner);
  }

  /** Brings the volumes of all pods up to date. */
  void renewVolumes() {
    for (Member member : members.values()) {
      try {
        parts.prepare(member.runner.pod());
      } catch (IOException e) {
        parts.warnings().accept(String.valueOf(e.getMessage()));
      }
    }
  }

  /** Forgets what earlier processes have kept of other pods; what cannot go is told. */
  void forgetOthers() {
    Set<String> uids = new HashSet<>();
    for (Member member : members.values()) {
      uids.add(member.runner.pod().uid());
    }
    for (PodRunner runner : leaving) {
      uids.add(runner.pod().uid());
    }
    parts.volumes().keepOnly(uids, parts.warnings());
    if (parts.watch().problems().isEmpty()) {
      // Else nobody knows which pods there are.
      try {
        parts.updates().keepOnly(members.keySet());
      } catch (IOException | DirectoryIteratorException e) {
        parts.warnings().accept("records of pods that are gone are left: " + e.getMessage());
      }
    }
  }

  /** Whether a pod looks after an instance, be it to replace it. */
  boolean isKept(ObjectName name, InstanceId id) {
    Member member = members.get(name);
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
    for (ContainerSpec container : pod.allContainers()) {
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
      runner.advance(now);
      if (runner.isGone()) {
        it.remove();
        means.discard(runner.pod());
        Member member = members.get(runner.pod().name());
        // It may be run again already.
        if (member == null || !member.runner.pod().isSame(runner.pod())) {
          instances.pin(runner.pod().uid(), Map.of());
        }
      }
    }
    List<PodView> views = new ArrayList<>();
    for (Member member : members.values()) {
      advance(member, now);
      views.add(view(member));
    }
    return List.copyOf(views);
  }

  private void advance(Member member, long now) {
    PodUpdate update = member.update;
    // Not while one of its name is brought down: their instances have the same names.
    boolean waits = isLeaving(member.runner.pod().name());
    update.advance(now, waits);
    if (!waits) {
      // Before what crashed is started again.
      judge(member, now);
    }
    if (!runs(member)) {
      leave(member.runner);
      member.runner.advance(now);
      member.runner = runner(update.running());
      instances.pin(update.running().uid(), update.pins());
    } else if (!waits) {
      member.runner.advance(now);
      // What is ready may be so only now.
      judge(member, now);
    }
  }

  private void judge(Member member, long now) {
    if (member.update.isJudged() && runs(member) && isKnown(member.runner.pod())) {
      member.update.judge(now, member.runner.status());
    }
  }

  private static boolean runs(Member member) {
    return member.runner.pod().isSame(member.update.running());
  }

  private boolean isKnown(PodSpec pod) {
    for (ContainerSpec container : pod.allContainers()) {
      if (!parts.supervisor().isKnown(InstanceNames.of(pod.name(), container.name()))) {
        return false;
      }
    }
    return true;
  }

  private static PodView view(Member member) {
    PodStatus status = member.runner.status();
    UpdateStatus update = member.update.status();
    String reason = update.step().reason();
    return new PodView(
        member.runner.pod(),
        reason.isEmpty() ? status : status.saying(reason, update.message()),
        update);
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
    for (Member member : members.values()) {
      due = Math.min(due, member.runner.due());
      long update = member.update.due(now);
      // What could not be decided is looked at again, but not at once.
      due = Math.min(due, update > now ? update : now + AGAIN_MILLIS);
      due = runs(member) ? due : now;
    }
    return due;
  }
}
