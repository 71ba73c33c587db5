package dev.flint.agent.kube.pod;

import dev.flint.agent.pod.PodSpec;
import java.util.Collection;

/**
 * What a kubelet looks at before it runs a pod, in its order, as a pod can come past the scheduler:
 * room, then whether it is the node that the pod wants, then ports of the host.
 */
record NodeFit(NodeRoom room, OwnNode node) implements PodAdmission {
  private static final String AFFINITY = "node(s) didn't match Pod's node affinity/selector";
  private static final String PORTS = "node(s) didn't have free ports for the requested pod ports";

  @Override
  public Refusal refuse(PodSpec pod, Collection<PodSpec> others) {
    Refusal full = room.refuse(pod, others);
    if (!full.equals(Refusal.NONE)) {
      return full;
    } else if (!node.suits(pod)) {
      return failed("NodeAffinity", AFFINITY);
    }
    return NodePorts.areFree(pod, others) ? Refusal.NONE : failed("NodePorts", PORTS);
  }

  private static Refusal failed(String predicate, String why) {
    String message = NodeRoom.REJECTED + "Predicate " + predicate + " failed: " + why;
    return new Refusal(true, predicate, message);
  }
}
