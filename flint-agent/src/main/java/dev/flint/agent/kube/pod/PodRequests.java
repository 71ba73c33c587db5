package dev.flint.agent.kube.pod;

import dev.flint.agent.pod.PodSpec;

/**
 * What a pod asks a node for, with its overhead.
 *
 * @param milliCpus thousandths of a processor
 * @param memory in bytes
 * @param storage in bytes, of the disk that all share
 */
record PodRequests(long milliCpus, long memory, long storage) {
  static final PodRequests NONE = new PodRequests(0, 0, 0);

  static PodRequests of(PodSpec pod) {
    return new PodRequests(
        ResourceRequest.of(pod, "cpu").total(),
        ResourceRequest.of(pod, "memory").total(),
        ResourceRequest.of(pod, "ephemeral-storage").total());
  }

  PodRequests plus(PodRequests other) {
    return new PodRequests(
        ResourceRequest.sum(milliCpus, other.milliCpus),
        ResourceRequest.sum(memory, other.memory),
        ResourceRequest.sum(storage, other.storage));
  }
}
