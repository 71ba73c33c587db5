package dev.flint.agent.kube.node;

import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that this device says of itself at one moment, without times: equal if nothing has changed.
 *
 * @param labels sorted
 * @param status without conditions
 */
record NodeFacts(Map<String, String> labels, JsonObject status, List<NodeCondition> conditions) {
  /** Written out, as that of {@link NodeCondition}. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NodeFacts that
        && labels.equals(that.labels)
        && status.equals(that.status)
        && conditions.equals(that.conditions);
  }

  @Override
  public int hashCode() {
    return Objects.hash(labels, status, conditions);
  }

  /** The whole object, for a Node that is not there yet. */
  JsonObject node(NodeSettings settings, Map<String, String> allowed, List<JsonObject> stamped) {
    JsonObject metadata =
        JsonObject.empty().with("name", settings.name()).withMap("labels", allowed);
    JsonObject spec = JsonObject.empty();
    if (settings.taint().isPresent()) {
      spec = spec.withObjects("taints", List.of(settings.taint().get().json()));
    }
    return JsonObject.empty()
        .with("apiVersion", "v1")
        .with("kind", "Node")
        .with("metadata", metadata)
        .with("spec", spec)
        .with("status", status.withObjects("conditions", stamped));
  }

  /**
   * What changes the status of a Node that is there. The server merges addresses by their type, of
   * which there may be two: so they are replaced.
   */
  JsonObject patch(List<JsonObject> addresses, List<JsonObject> stamped) {
    List<JsonObject> replaced = new ArrayList<>(addresses);
    replaced.add(JsonObject.empty().with("$patch", "replace"));
    return JsonObject.empty()
        .with(
            "status", status.withObjects("addresses", replaced).withObjects("conditions", stamped));
  }
}
