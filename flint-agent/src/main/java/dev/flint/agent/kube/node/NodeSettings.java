package dev.flint.agent.kube.node;

import dev.flint.agent.pod.DnsName;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How this device shall be known in a cluster.
 *
 * @param name of the Node
 * @param labels beside those that every such Node has, and instead of them where keys are the same
 * @param taint none to let pods come that tolerate nothing
 * @param addresses at which the API server finds it; measured if there are none
 * @param port of the kubelet's API here; 0 if there is none
 * @param maxPods how many pods it takes at once
 * @param features of a kubelet that it has ({@code status.declaredFeatures}), sorted
 */
public record NodeSettings(
    String name,
    Map<String, String> labels,
    Optional<NodeTaint> taint,
    List<String> addresses,
    int port,
    Reserved reserved,
    int maxPods,
    List<String> features) {
  /** As many as a kubelet takes. */
  public static final int USUAL_PODS = 110;

  private static final int MAX_PORT = 65_535;

  /** Checks and copies. */
  public NodeSettings {
    if (!DnsName.isSubdomain(name)) {
      throw new IllegalArgumentException(
          "\"" + name + "\" is no name of a node: it " + DnsName.SUBDOMAIN_RULE);
    }
    labels = Map.copyOf(labels);
    for (Map.Entry<String, String> label : labels.entrySet()) {
      LabelText.requireKey(label.getKey());
      LabelText.requireValue(label.getValue());
    }
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException(port + " is no port");
    }
    if (maxPods < 1) {
      throw new IllegalArgumentException("a node takes at least one pod, not " + maxPods);
    }
    addresses = List.copyOf(addresses);
    features = List.copyOf(features);
  }

  /** The usual ones under a name. */
  public static NodeSettings named(String name) {
    return new NodeSettings(
        name,
        Map.of(),
        Optional.of(NodeTaint.USUAL),
        List.of(),
        0,
        Reserved.NONE,
        USUAL_PODS,
        List.of());
  }

  /** The same with a kubelet's API at this port, that has these features. */
  public NodeSettings withKubelet(int here, List<String> has) {
    return new NodeSettings(name, labels, taint, addresses, here, reserved, maxPods, has);
  }

  /** The name of a Node that nobody chose: that of the host, in lower case, as with kubelets. */
  public static String nameOf(String host) {
    return host.strip().toLowerCase(Locale.ROOT);
  }

  /**
   * Parses {@code KEY=VALUE,...}, as a kubelet's {@code --node-labels}.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static Map<String, String> parseLabels(String text) {
    Map<String, String> labels = new TreeMap<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      String key = equals < 0 ? part : part.substring(0, equals);
      String value = equals < 0 ? "" : part.substring(equals + 1);
      LabelText.requireKey(key);
      LabelText.requireValue(value);
      labels.put(key, value);
    }
    return labels;
  }
}
