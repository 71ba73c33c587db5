package dev.flint.agent.kube.pod;

import dev.flint.agent.pod.PodSpec;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;

/**
 * The priority of a pod (Kubernetes, "Pod Priority and Preemption").
 *
 * @param value 0 if nobody has given it one
 */
public record PodPriority(long value) {
  /** Kubernetes' SystemCriticalPriority. */
  private static final long CRITICAL = 2_000_000_000L;

  /** Of a pod, as the API server has written it. */
  public static PodPriority of(PodSpec pod) {
    try {
      JsonObject spec = pod.document().object("spec").orElse(JsonObject.empty());
      return new PodPriority(spec.integer("priority").orElse(0));
    } catch (FlintException e) {
      return new PodPriority(0);
    }
  }

  /** Whether the cluster itself needs it: then it is run, and stays, whatever is scarce. */
  public boolean isCritical() {
    return value >= CRITICAL;
  }
}
