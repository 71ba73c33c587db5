package dev.flint.agent.kube.pod;

import dev.flint.agent.pod.PodSpec;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * On which nodes a pod may be (Kubernetes, "Assigning Pods to Nodes"). What has no form holds on no
 * node, as with a kubelet.
 *
 * @param spec of the pod
 */
record NodeAffinity(JsonObject spec) {
  private static final String SELECTOR = "nodeSelector";
  private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

  static NodeAffinity of(PodSpec pod) {
    try {
      return new NodeAffinity(pod.document().object("spec").orElse(JsonObject.empty()));
    } catch (FlintException e) {
      return new NodeAffinity(JsonObject.empty());
    }
  }

  /** Whether it may be on any. */
  boolean isAny() {
    try {
      return spec.stringMap(SELECTOR).isEmpty() && !affinity().has(REQUIRED);
    } catch (FlintException e) {
      return false;
    }
  }

  private JsonObject affinity() throws FlintException {
    JsonObject none = JsonObject.empty();
    return spec.object("affinity").orElse(none).object("nodeAffinity").orElse(none);
  }

  /** Whether it may be on the node of this name and these labels. */
  boolean holds(String name, Map<String, String> labels) {
    try {
      for (Map.Entry<String, String> wanted : spec.stringMap(SELECTOR).entrySet()) {
        if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
          return false;
        }
      }
      JsonObject affinity = affinity();
      if (!affinity.has(REQUIRED)) {
        return true;
      }
      JsonObject required = affinity.object(REQUIRED).orElse(JsonObject.empty());
      for (JsonObject term : required.objects("nodeSelectorTerms")) {
        if (holds(term, name, labels)) {
          return true;
        }
      }
      return false;
    } catch (FlintException e) {
      return false;
    }
  }

  /** All of a term must hold, and nothing is no term. */
  private static boolean holds(JsonObject term, String name, Map<String, String> labels)
      throws FlintException {
    List<JsonObject> expressions = term.objects("matchExpressions");
    List<JsonObject> fields = term.objects("matchFields");
    for (JsonObject one : expressions) {
      if (!holds(one, labels.get(one.requiredString("key")))) {
        return false;
      }
    }
    for (JsonObject one : fields) {
      if (!one.requiredString("key").equals("metadata.name") || !holds(one, name)) {
        return false;
      }
    }
    return !expressions.isEmpty() || !fields.isEmpty();
  }

  private static boolean holds(JsonObject expression, @Nullable String value)
      throws FlintException {
    List<String> values = expression.strings("values");
    return switch (expression.requiredString("operator")) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      case "Gt" -> value != null && compare(value, values) > 0;
      case "Lt" -> value != null && compare(value, values) < 0;
      default -> false;
    };
  }

  /** How a number stands to the only one of a list; 0 too if one of them is none. */
  private static int compare(String value, List<String> values) {
    try {
      return values.size() == 1
          ? Long.compare(Long.parseLong(value), Long.parseLong(values.get(0)))
          : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
