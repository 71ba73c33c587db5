package dev.flint.agent.kube.pod;

import dev.flint.oci.json.JsonObject;

/**
 * Why this node does not run a pod (core/v1 PodStatus); both texts are empty if it does.
 *
 * @param failed whether the pod is over by that, so that whoever made it makes another
 */
record Refusal(boolean failed, String reason, String message) {
  static final Refusal NONE = new Refusal(false, "", "");

  /** Not failed: whoever made it would make another like it at once, and another. */
  static Refusal unsupported(String why) {
    return new Refusal(false, "UnsupportedPod", why);
  }

  JsonObject status() {
    return JsonObject.empty()
        .with("phase", failed ? "Failed" : "Pending")
        .with("reason", reason)
        .with("message", message);
  }
}
