package dev.flint.agent.kube.node;

import dev.flint.agent.status.Times;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Since when the conditions are as they are; the cluster remembers it for an agent that is started
 * anew. Confined to one thread.
 */
final class ConditionTimes {
  private final Map<String, Since> known = new HashMap<>();

  private record Since(String status, String time) {}

  /** Goes on with what the cluster has; others may have changed it. */
  void resume(JsonObject node) throws FlintException {
    JsonObject status = node.object("status").orElse(JsonObject.empty());
    for (JsonObject condition : status.objects("conditions")) {
      String time = condition.string("lastTransitionTime").orElse("");
      if (!time.isEmpty()) {
        known.put(
            condition.string("type").orElse(""),
            new Since(condition.string("status").orElse(""), time));
      }
    }
  }

  /** The conditions as the API has them. */
  List<JsonObject> stamped(List<NodeCondition> conditions, long wallMillis) {
    String now = Times.seconds(wallMillis);
    List<JsonObject> stamped = new ArrayList<>();
    for (NodeCondition condition : conditions) {
      Since since = known.get(condition.type());
      if (since == null || !since.status().equals(condition.status())) {
        since = new Since(condition.status(), now);
        known.put(condition.type(), since);
      }
      stamped.add(
          JsonObject.empty()
              .with("type", condition.type())
              .with("status", condition.status())
              .with("lastHeartbeatTime", now)
              .with("lastTransitionTime", since.time())
              .with("reason", condition.reason())
              .with("message", condition.message()));
    }
    return stamped;
  }
}
