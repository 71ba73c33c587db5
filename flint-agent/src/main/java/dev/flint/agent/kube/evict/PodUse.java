package dev.flint.agent.kube.evict;

import dev.flint.agent.kube.pod.ResourceRequest;
import java.util.Map;

/**
 * What a pod takes of something, against what it asked for.
 *
 * @param containers bytes, by their names
 * @param others bytes that are no container's own
 * @param request of the same resource
 */
record PodUse(Map<String, Long> containers, long others, ResourceRequest request) {
  /** Or endless. */
  long total() {
    return containers.values().stream().reduce(others, DiskMeasure::sum);
  }

  /** How much that is over what it asked for; negative if it is less. */
  long excess() {
    // As a kubelet: who asks for nothing has no overhead either.
    return total() - (request.whole() > 0 ? request.total() : 0);
  }
}
