package dev.flint.agent.kube.pod;

import dev.flint.agent.instance.Resources;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.PodSpec;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/**
 * What this node has for pods. The scheduler counts too, but a pod can come past it, and it does
 * not know of pods from files.
 *
 * @param pods the most
 * @param milliCpus thousandths of a processor
 * @param memory in bytes
 * @param storage in bytes, of the disk that all share
 * @param scarce conditions of the Node that say there is too little of something just now, whatever
 *     pods have asked for
 */
public record NodeRoom(
    int pods, long milliCpus, long memory, long storage, Supplier<List<String>> scarce)
    implements PodAdmission {
  /** For whoever does not count. */
  static final NodeRoom ENDLESS =
      new NodeRoom(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, List::of);

  private static final String MEMORY = "MemoryPressure";
  private static final String TAINT = "node.kubernetes.io/memory-pressure";

  /** How the message of each refusal begins. */
  static final String REJECTED = "Pod was rejected: ";

  /**
   * Why there is no room for a pod beside others, in the words of a kubelet (its predicates for
   * admission, and its eviction manager).
   */
  @Override
  public Refusal refuse(PodSpec pod, Collection<PodSpec> others) {
    List<String> pressures = scarce.get();
    if (!pressures.isEmpty() && !PodPriority.of(pod).isCritical()) {
      // Of memory alone it may still have what it asked for.
      if (!pressures.equals(List.of(MEMORY)) || !(asks(pod) || Tolerations.bears(pod, TAINT))) {
        return new Refusal(
            true, "Evicted", REJECTED + "The node had condition: " + pressures + ". ");
      }
    }
    PodRequests wish = PodRequests.of(pod);
    PodRequests used = PodRequests.NONE;
    for (PodSpec other : others) {
      used = used.plus(PodRequests.of(other));
    }
    if (others.size() >= pods) {
      return out("pods", 1, others.size(), pods);
    } else if (wish.milliCpus() > 0 && wish.milliCpus() > milliCpus - used.milliCpus()) {
      return out("cpu", wish.milliCpus(), used.milliCpus(), milliCpus);
    } else if (wish.memory() > 0 && wish.memory() > memory - used.memory()) {
      return out("memory", wish.memory(), used.memory(), memory);
    } else if (wish.storage() > 0 && wish.storage() > storage - used.storage()) {
      return out("ephemeral-storage", wish.storage(), used.storage(), storage);
    }
    return Refusal.NONE;
  }

  /** Whether its class of service (QoS) is another than BestEffort: overhead is no part of it. */
  private static boolean asks(PodSpec pod) {
    for (ContainerSpec container : pod.allContainers()) {
      if (!container.resources().equals(Resources.UNSAID)) {
        return true;
      }
    }
    return false;
  }

  private static Refusal out(String resource, long wish, long used, long all) {
    return new Refusal(
        true,
        "OutOf" + resource,
        REJECTED
            + "Node didn't have enough resource: "
            + resource
            + ", requested: "
            + wish
            + ", used: "
            + used
            + ", capacity: "
            + all);
  }
}
