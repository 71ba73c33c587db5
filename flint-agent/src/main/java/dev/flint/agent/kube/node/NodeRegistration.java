package dev.flint.agent.kube.node;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ApiFailure;
import dev.flint.agent.kube.api.ApiPath;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes the Node, or brings labels and taint of one that is there up to date; all else that others
 * put there stays. Confined to one thread.
 */
final class NodeRegistration {
  private static final ApiPath NODES = ApiPath.of("api", "v1", "nodes");

  private final ApiClient api;
  private final NodeSettings settings;
  private final Troubles troubles;
  private final NodeCordon cordon;

  NodeRegistration(ApiClient api, NodeSettings settings, Troubles troubles) {
    this.api = api;
    this.settings = settings;
    this.troubles = troubles;
    this.cordon = new NodeCordon(api, own());
  }

  private ApiPath own() {
    return NODES.then(settings.name());
  }

  /** The Node as the server has it. */
  Optional<JsonObject> find() throws IOException {
    try {
      return Optional.of(api.get(own()));
    } catch (ApiFailure e) {
      if (e.isMissing()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Makes the Node, with its status.
   *
   * @throws ApiFailure CONFLICT if there is one by now
   */
  JsonObject create(NodeFacts facts, List<JsonObject> stamped) throws IOException {
    try {
      JsonObject made = api.create(NODES, facts.node(settings, facts.labels(), stamped));
      troubles.end(Troubles.Kind.LABELS);
      return made;
    } catch (ApiFailure e) {
      Map<String, String> allowed = NodeLabels.allowed(facts.labels());
      if (!isForbidden(e) || allowed.equals(facts.labels())) {
        throw e;
      }
      JsonObject made = api.create(NODES, facts.node(settings, allowed, stamped));
      tellOfLabels(facts.labels(), e);
      return made;
    }
  }

  /** Admission of nodes that are who they say they are lets them set few of Kubernetes' labels. */
  private static boolean isForbidden(ApiFailure e) {
    return e.code() == ErrorCode.AUTH;
  }

  private void tellOfLabels(Map<String, String> wanted, ApiFailure why) {
    List<String> names = new ArrayList<>(wanted.keySet());
    names.removeIf(NodeLabels::isAllowed);
    troubles.begin(
        Troubles.Kind.LABELS,
        String.join(" ", names) + ": " + why.getMessage() + "; an administrator may set them");
  }

  /** Brings a Node up to date; the cordon of an agent that was stopped is taken away. */
  void reconcile(JsonObject present, Map<String, String> labels) throws IOException {
    // Whatever is written makes another version of it.
    JsonObject open = uncordon(present);
    JsonObject now;
    try {
      now = patchLabels(open, labels);
      troubles.end(Troubles.Kind.LABELS);
    } catch (ApiFailure e) {
      if (!isForbidden(e)) {
        throw e;
      }
      now = patchLabels(open, NodeLabels.allowed(labels));
      tellOfLabels(labels, e);
    }
    reconcileTaint(now);
  }

  /** Returns the Node as it is then. */
  private JsonObject uncordon(JsonObject present) throws IOException {
    try {
      JsonObject open = cordon.end(present);
      troubles.end(Troubles.Kind.CORDON);
      return open;
    } catch (ApiFailure e) {
      if (!isForbidden(e)) {
        throw e;
      }
      troubles.begin(
          Troubles.Kind.CORDON,
          FlintException.line(e) + "; an administrator: kubectl uncordon " + settings.name());
      return present;
    }
  }

  /** Returns the Node as it is then. */
  private JsonObject patchLabels(JsonObject present, Map<String, String> wanted)
      throws IOException {
    Map<String, String> there = metadata(present).stringMap("labels");
    JsonObject changes = JsonObject.empty();
    for (Map.Entry<String, String> label : wanted.entrySet()) {
      if (!label.getValue().equals(there.get(label.getKey()))) {
        changes = changes.with(label.getKey(), label.getValue());
      }
    }
    for (String key : new TreeMap<>(there).keySet()) {
      if (NodeLabels.isOwn(key) && !wanted.containsKey(key)) {
        changes = changes.withNull(key);
      }
    }
    return changes.names().isEmpty()
        ? present
        : api.patch(
            own(), JsonObject.empty().with("metadata", JsonObject.empty().with("labels", changes)));
  }

  private static JsonObject metadata(JsonObject node) throws FlintException {
    return node.object("metadata").orElse(JsonObject.empty());
  }

  /** The server has taints as one list; so the list must still be the one that was read. */
  private void reconcileTaint(JsonObject present) throws IOException {
    Optional<NodeTaint> wanted = settings.taint();
    String key = wanted.orElse(NodeTaint.USUAL).key();
    List<JsonObject> taints = new ArrayList<>();
    List<JsonObject> before = present.object("spec").orElse(JsonObject.empty()).objects("taints");
    boolean right = wanted.isEmpty();
    for (JsonObject taint : before) {
      boolean ours = taint.string("key").orElse("").equals(key);
      boolean same = ours && wanted.isPresent() && isSame(taint, wanted.get());
      right = ours ? same : right;
      if (!ours) {
        taints.add(taint);
      }
    }
    if (right) {
      troubles.end(Troubles.Kind.TAINT);
      return;
    }
    wanted.ifPresent(taint -> taints.add(taint.json()));
    JsonObject version =
        JsonObject.empty()
            .with("resourceVersion", metadata(present).string("resourceVersion").orElse(""));
    JsonObject spec = JsonObject.empty().withObjects("taints", taints);
    try {
      api.patch(own(), JsonObject.empty().with("metadata", version).with("spec", spec));
      troubles.end(Troubles.Kind.TAINT);
    } catch (ApiFailure e) {
      if (!isForbidden(e)) {
        throw e;
      }
      troubles.begin(
          Troubles.Kind.TAINT,
          "a node may not change its own taints ("
              + FlintException.line(e)
              + "); an administrator: kubectl taint node "
              + settings.name()
              + " "
              + wanted.map(taint -> taint + " --overwrite").orElse(key + "-"));
    }
  }

  private static boolean isSame(JsonObject taint, NodeTaint wanted) throws FlintException {
    return taint.string("value").orElse("").equals(wanted.value())
        && taint.string("effect").orElse("").equals(wanted.effect());
  }

  /**
   * Changes the status.
   *
   * @throws ApiFailure MISSING if the Node is gone
   */
  void patchStatus(JsonObject change) throws IOException {
    api.patch(own().then("status"), change);
  }

  /** Changes the status for the last time, and cordons the Node. */
  void leave(JsonObject change) throws IOException {
    cordon.begin(api.patch(own().then("status"), change));
  }
}
