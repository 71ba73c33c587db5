package dev.flint.agent.kube.pod;

import dev.flint.agent.pod.PodSpec;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;

/** Which taints of its node a pod bears (Kubernetes, "Taints and Tolerations"). */
final class Tolerations {
  private static final String NO_SCHEDULE = "NoSchedule";

  private Tolerations() {}

  /** Whether it bears this taint, which has no value and the effect NoSchedule. */
  static boolean bears(PodSpec pod, String taint) {
    try {
      JsonObject spec = pod.document().object("spec").orElse(JsonObject.empty());
      for (JsonObject one : spec.objects("tolerations")) {
        if (isFor(one, taint)) {
          return true;
        }
      }
    } catch (FlintException e) {
      // What has no form bears nothing.
    }
    return false;
  }

  private static boolean isFor(JsonObject toleration, String taint) throws FlintException {
    String effect = toleration.string("effect").orElse("");
    String key = toleration.string("key").orElse("");
    if (!(effect.isEmpty() || effect.equals(NO_SCHEDULE))
        || !(key.isEmpty() || key.equals(taint))) {
      return false;
    }
    return switch (toleration.string("operator").orElse("")) {
      case "Exists" -> true;
      case "", "Equal" -> toleration.string("value").orElse("").isEmpty();
      default -> false;
    };
  }
}
