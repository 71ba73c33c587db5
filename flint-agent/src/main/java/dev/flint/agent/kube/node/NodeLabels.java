package dev.flint.agent.kube.node;

import dev.flint.agent.backend.Engine;
import dev.flint.oci.Platform;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The labels of this Node. */
final class NodeLabels {
  /** What is said of backends below these prefixes is not true any more when nobody says it. */
  private static final List<String> OWN = List.of("feather.backend/", "flint.dev/");

  /** Outside of them, a node may name only these of Kubernetes' own (kubelet/pkg/apis). */
  private static final Set<String> ALLOWED =
      Set.of(
          "kubernetes.io/hostname",
          "kubernetes.io/os",
          "kubernetes.io/arch",
          "beta.kubernetes.io/os",
          "beta.kubernetes.io/arch",
          "beta.kubernetes.io/instance-type",
          "node.kubernetes.io/instance-type",
          "failure-domain.beta.kubernetes.io/region",
          "failure-domain.beta.kubernetes.io/zone",
          "topology.kubernetes.io/region",
          "topology.kubernetes.io/zone");

  private NodeLabels() {}

  /** All of them, sorted. */
  static Map<String, String> of(
      NodeSettings settings, Platform platform, Set<String> backends, Collection<Engine> engines) {
    Map<String, String> labels = new TreeMap<>();
    labels.put("type", "virtual-kubelet");
    labels.put("kubernetes.io/role", "agent");
    if (LabelText.isValue(settings.name())) {
      // Names of nodes may be longer.
      labels.put("kubernetes.io/hostname", settings.name());
    }
    labels.put("kubernetes.io/os", platform.os());
    labels.put("kubernetes.io/arch", platform.architecture());
    labels.put("node.kubernetes.io/exclude-from-external-load-balancers", "true");
    for (String backend : backends) {
      labels.put("feather.backend/" + backend, "true");
    }
    for (Engine engine : engines) {
      if (!engine.acceleration().isEmpty()) {
        labels.put("flint.dev/acceleration", engine.acceleration());
        labels.put("flint.dev/hypervisor", engine.name());
        if (LabelText.isValue(engine.version())) {
          labels.put("flint.dev/hypervisor-version", engine.version());
        }
      }
    }
    labels.putAll(settings.labels());
    return labels;
  }

  /** Whether the agent alone says it, so that it goes when the agent says it no more. */
  static boolean isOwn(String key) {
    for (String prefix : OWN) {
      if (key.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a node may give itself this label where admission by {@code NodeRestriction} is on:
   * none of Kubernetes' own, but for those that kubelets set.
   */
  static boolean isAllowed(String key) {
    String prefix = key.substring(0, Math.max(0, key.indexOf('/')));
    return !isBelow(prefix, "node-restriction.kubernetes.io")
        && (ALLOWED.contains(key)
            || isBelow(prefix, "kubelet.kubernetes.io")
            || isBelow(prefix, "node.kubernetes.io")
            || !(isBelow(prefix, "kubernetes.io") || isBelow(prefix, "k8s.io")));
  }

  private static boolean isBelow(String prefix, String domain) {
    return prefix.equals(domain) || prefix.endsWith("." + domain);
  }

  /** Without those that a node may not set. */
  static Map<String, String> allowed(Map<String, String> labels) {
    Map<String, String> allowed = new TreeMap<>(labels);
    allowed.keySet().removeIf(key -> !isAllowed(key));
    return allowed;
  }
}
