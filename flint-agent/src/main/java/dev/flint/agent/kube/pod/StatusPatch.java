package dev.flint.agent.kube.pod;

import dev.flint.agent.status.Times;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A status as a patch of what the server has (strategic merge: conditions by type, lists whole).
 */
final class StatusPatch {
  private static final List<String> LISTS = List.of("podIPs", "hostIPs");
  private static final List<String> WORDS = List.of("reason", "message");

  /** What types of conditions begin with that nobody else tells. */
  private static final String OWN = "flint.dev/";

  private StatusPatch() {}

  /**
   * The change.
   *
   * @param uid so that a pod which came after this one does not get it
   * @param generation of the pod as it is run
   * @param status as it is now, without times of its conditions
   * @param server as the server has it; conditions that hold as before keep their times
   */
  static JsonObject of(
      String uid, long generation, JsonObject status, JsonObject server, long nowMillis)
      throws FlintException {
    List<JsonObject> conditions = new ArrayList<>();
    for (JsonObject condition : status.objects("conditions")) {
      conditions.add(dated(condition, server, nowMillis));
    }
    for (String type : outdated(status, server)) {
      conditions.add(JsonObject.empty().with("type", type).with("$patch", "delete"));
    }
    JsonObject out = cleared(status.withObjects("conditions", conditions));
    if (generation > 0) {
      out = out.with("observedGeneration", generation);
    }
    // Without this an address that changed would be merged with the one before.
    for (String list : LISTS) {
      if (status.has(list) && server.has(list)) {
        List<JsonObject> whole = new ArrayList<>(status.objects(list));
        whole.add(JsonObject.empty().with("$patch", "replace"));
        out = out.withObjects(list, whole);
      }
    }
    return JsonObject.empty()
        .with("metadata", JsonObject.empty().with("uid", uid))
        .with("status", out);
  }

  /** Types of own conditions that are not told any more; left out, they would stay. */
  private static Set<String> outdated(JsonObject status, JsonObject server) throws FlintException {
    Set<String> types = new TreeSet<>();
    for (JsonObject condition : server.objects("conditions")) {
      condition.string("type").filter(type -> type.startsWith(OWN)).ifPresent(types::add);
    }
    for (JsonObject condition : status.objects("conditions")) {
      types.remove(condition.requiredString("type"));
    }
    return types;
  }

  private static JsonObject dated(JsonObject condition, JsonObject server, long nowMillis)
      throws FlintException {
    String type = condition.requiredString("type");
    String since = Times.seconds(nowMillis);
    for (JsonObject other : server.objects("conditions")) {
      if (other.string("type").orElse("").equals(type) && isSame(other, condition)) {
        since = other.string("lastTransitionTime").orElse(since);
      }
    }
    return cleared(condition.with("lastTransitionTime", since));
  }

  /** What is not said any more is taken back; left out, it would stay. */
  private static JsonObject cleared(JsonObject said) {
    JsonObject out = said;
    for (String member : WORDS) {
      if (!out.has(member)) {
        out = out.withNull(member);
      }
    }
    return out;
  }

  /**
   * Whether the server says something else of a pod than we do: when a node was not heard of for a
   * while, its pods are said not to be ready, though nothing changed for them.
   */
  static boolean isContradicted(JsonObject status, JsonObject server) throws FlintException {
    for (JsonObject condition : status.objects("conditions")) {
      for (JsonObject other : server.objects("conditions")) {
        boolean same = other.string("type").equals(condition.string("type"));
        if (same && !isSame(other, condition)) {
          return true;
        }
      }
    }
    return !server.string("phase").equals(status.string("phase"))
        || !outdated(status, server).isEmpty();
  }

  private static boolean isSame(JsonObject one, JsonObject two) throws FlintException {
    return one.string("status").equals(two.string("status"));
  }
}
