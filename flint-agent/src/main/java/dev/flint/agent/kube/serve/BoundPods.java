package dev.flint.agent.kube.serve;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ApiPath;
import dev.flint.agent.kube.api.Listing;
import dev.flint.agent.pod.ObjectName;
import dev.flint.oci.error.Printable;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The pods that the API server has for this node, asked for one by one: those of which nothing is
 * known here too, as they were refused or ended long ago. Thread-safe.
 */
final class BoundPods {
  private final Listing listing;
  private final String node;

  /**
   * Of a node.
   *
   * @param node its name
   */
  BoundPods(ApiClient api, String node) {
    this.listing = new Listing(api);
    this.node = node;
  }

  /**
   * Says in the words of a kubelet why a container has no log.
   *
   * @param path namespace, pod and container
   * @return empty if this node has no such pod
   * @throws IOException if the server cannot be asked
   */
  Optional<String> whyNoLog(List<String> path) throws IOException {
    ObjectName pod;
    try {
      pod = new ObjectName(path.get(0), path.get(1));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    // Not by its name alone: for that a service account would need one more right.
    ApiPath one =
        ApiPath.core(pod.namespace(), "pods")
            .with("fieldSelector", "spec.nodeName=" + node + ",metadata.name=" + pod.name());
    List<JsonObject> found = new ArrayList<>();
    String unused =
        listing.read(
            one,
            item -> {
              if (found.isEmpty()) {
                found.add(item.object());
              }
            });
    if (found.isEmpty()) {
      return Optional.empty();
    }
    JsonObject object = found.get(0);
    JsonObject none = JsonObject.empty();
    JsonObject status = object.isObject("status") ? object.object("status").orElse(none) : none;
    String reason = status.isText("reason") ? status.requiredString("reason") : "";
    return Optional.of(
        "container "
            + path.get(2)
            + " in pod "
            + pod.name()
            + " is not available"
            + (reason.isEmpty() ? "" : ": " + Printable.of(reason)));
  }
}
