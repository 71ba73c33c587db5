package dev.flint.agent;

import dev.flint.agent.kube.KubeletOptions;
import dev.flint.agent.kube.node.EvictionLimits;
import dev.flint.agent.kube.node.NodeSettings;
import dev.flint.agent.kube.node.NodeTaint;
import dev.flint.agent.kube.node.Reserved;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How this device is a node, as options say. */
final class NodeRules {
  private static final String NONE = "none";

  private NodeRules() {}

  /**
   * Reads them.
   *
   * @param host the host's name, which a node has if it is given none
   * @throws FlintException USAGE, naming the option
   */
  static NodeSettings settings(AgentArguments arguments, String host) throws FlintException {
    NodeSettings usual =
        read(
            arguments,
            AgentArguments.NODE_NAME,
            host,
            text -> NodeSettings.named(NodeSettings.nameOf(text)));
    Map<String, String> labels = new TreeMap<>();
    for (String text : arguments.all(AgentArguments.NODE_LABELS)) {
      labels.putAll(of(AgentArguments.NODE_LABELS, text, NodeSettings::parseLabels));
    }
    return read(
        arguments,
        AgentArguments.MAX_PODS,
        Integer.toString(usual.maxPods()),
        pods ->
            new NodeSettings(
                usual.name(),
                labels,
                taint(arguments, usual),
                arguments.all(AgentArguments.NODE_IP),
                usual.port(),
                reserved(arguments, usual),
                Integer.parseInt(pods),
                usual.features()));
  }

  /**
   * Below what pods are evicted.
   *
   * @param collects percent of the disk in use, above which unused images are removed
   */
  static EvictionLimits limits(AgentArguments arguments, int collects) throws FlintException {
    return arguments.has(AgentArguments.EVICTION)
        ? of(
            AgentArguments.EVICTION,
            arguments.get(AgentArguments.EVICTION, ""),
            EvictionLimits::parse)
        : EvictionLimits.usual(collects);
  }

  /** How the kubelet's API is offered. */
  static KubeletOptions kubelet(AgentArguments arguments) {
    return new KubeletOptions(
        arguments.get(AgentArguments.KUBELET_LISTEN, ""),
        arguments.file(AgentArguments.TLS_CERT),
        arguments.file(AgentArguments.TLS_KEY),
        arguments.file(AgentArguments.CLIENT_CA));
  }

  private static Optional<NodeTaint> taint(AgentArguments arguments, NodeSettings usual)
      throws FlintException {
    if (!arguments.has(AgentArguments.NODE_TAINT)) {
      return usual.taint();
    }
    String text = arguments.get(AgentArguments.NODE_TAINT, "");
    return text.equals(NONE)
        ? Optional.empty()
        : Optional.of(of(AgentArguments.NODE_TAINT, text, NodeTaint::parse));
  }

  private static Reserved reserved(AgentArguments arguments, NodeSettings usual)
      throws FlintException {
    return arguments.has(AgentArguments.RESERVED)
        ? of(AgentArguments.RESERVED, arguments.get(AgentArguments.RESERVED, ""), Reserved::parse)
        : usual.reserved();
  }

  private interface Reader<T> {
    T read(String text) throws FlintException;
  }

  private static <T> T read(AgentArguments arguments, String option, String usual, Reader<T> reader)
      throws FlintException {
    return of(option, arguments.get(option, usual), reader);
  }

  private static <T> T of(String option, String text, Reader<T> reader) throws FlintException {
    try {
      return reader.read(text);
    } catch (NumberFormatException e) {
      throw new FlintException(ErrorCode.USAGE, option + ": \"" + text + "\" is no number", e);
    } catch (IllegalArgumentException e) {
      throw new FlintException(ErrorCode.USAGE, option + ": " + e.getMessage(), e);
    }
  }
}
