package dev.flint.agent.kube.pod;

import dev.flint.agent.pod.PodSpec;
import java.util.Collection;

/** Says which pods a node takes. Thread-safe. */
interface PodAdmission {
  /**
   * Why a pod is not run beside others, in the words of a kubelet; {@link Refusal#NONE} if it is.
   */
  Refusal refuse(PodSpec pod, Collection<PodSpec> others);
}
