package dev.flint.agent.node;

import dev.flint.agent.instance.RestartRule;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.launch.InstanceNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The volumes of pods that are there already. Confined to the thread of the pods. */
final class PodVolumes {
  private final PodNode.Parts parts;
  private final SupervisedInstances instances;

  PodVolumes(PodNode.Parts parts, SupervisedInstances instances) {
    this.parts = parts;
    this.instances = instances;
  }

  /** Brings those of a pod up to date; what is missing is told. */
  void renew(PodMember member) {
    if (member.isOverForGood()) {
      return;
    }
    PodSpec pod = member.runner.pod();
    try {
      Map<String, Path> made = parts.prepare(pod);
      if (pod.losesVolumes()) {
        for (ContainerSpec container : pod.allContainers()) {
          if (instances.find(InstanceNames.of(pod.name(), container.name())).isPresent()) {
            // It is not made again, and its subPath went with the volume.
            parts.makeParts(pod, container, made);
          }
        }
      }
    } catch (IOException | RuntimeException e) {
      // A path may have letters that this system's locale cannot name.
      parts.warnings().accept(SupervisedInstances.line(e));
    }
  }

  /**
   * Whether a reboot took what the init containers of a pod have made for the others, which are
   * started for as long as it is there: then it is to begin anew, as a kubelet has it.
   */
  boolean wantInitContainers(PodMember member) {
    PodSpec pod = member.runner.pod();
    if (pod.restart() != RestartRule.When.ALWAYS
        || pod.initContainers().stream().allMatch(ContainerSpec::sidecar)
        || member.isOverForGood()) {
      return false;
    }
    try {
      return parts.volumes().haveLostMemory(pod);
    } catch (IOException e) {
      parts.warnings().accept(SupervisedInstances.line(e));
      return false;
    }
  }

  /** What is over needs no room any more, be it of the disk or, in part, of the memory. */
  void clear(PodMember member) {
    if (member.cleared || !member.isOverForGood()) {
      return;
    }
    member.cleared = true;
    try {
      parts.volumes().remove(member.runner.pod().uid());
    } catch (IOException e) {
      parts.warnings().accept("volumes of a pod that is over are left: " + e.getMessage());
    }
  }
}
