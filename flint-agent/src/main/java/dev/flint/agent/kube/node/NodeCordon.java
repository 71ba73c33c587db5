package dev.flint.agent.kube.node;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ApiPath;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.Map;

/**
 * Keeps the scheduler away while this agent is stopped. An annotation says whose cordon it is, so
 * that the next start takes away its own and nobody else's. Confined to one thread.
 */
final class NodeCordon {
  /** On a Node that its agent has cordoned. */
  static final String ANNOTATION = "flint.dev/cordoned";

  private static final String MARK = "agent-stopped";
  private static final String METADATA = "metadata";
  private static final String ANNOTATIONS = "annotations";
  private static final String SPEC = "spec";
  private static final String UNSCHEDULABLE = "unschedulable";

  private final ApiClient api;
  private final ApiPath node;

  NodeCordon(ApiClient api, ApiPath node) {
    this.api = api;
    this.node = node;
  }

  /** Cordons a Node, unless somebody else has. */
  void begin(JsonObject present) throws IOException {
    if (!spec(present).flag(UNSCHEDULABLE)) {
      write(
          JsonObject.empty().with(ANNOTATION, MARK), JsonObject.empty().with(UNSCHEDULABLE, true));
    }
  }

  /** Takes its own cordon away; returns the Node as it is then. */
  JsonObject end(JsonObject present) throws IOException {
    JsonObject metadata = present.object(METADATA).orElse(JsonObject.empty());
    Map<String, String> annotations = metadata.stringMap(ANNOTATIONS);
    if (!MARK.equals(annotations.get(ANNOTATION))) {
      return present;
    }
    return write(
        JsonObject.empty().withNull(ANNOTATION), JsonObject.empty().withNull(UNSCHEDULABLE));
  }

  private static JsonObject spec(JsonObject node) throws FlintException {
    return node.object(SPEC).orElse(JsonObject.empty());
  }

  private JsonObject write(JsonObject annotations, JsonObject spec) throws IOException {
    return api.patch(
        node,
        JsonObject.empty()
            .with(METADATA, JsonObject.empty().with(ANNOTATIONS, annotations))
            .with(SPEC, spec));
  }
}
