package dev.flint.agent.pod.launch;

import dev.flint.agent.instance.Resources;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.EnvEntry;
import dev.flint.agent.pod.PodField;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Quantity;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;

/** What a pod's containers may know of it (Kubernetes, "Downward API"). */
record PodValues(PodSpec pod, HostFacts host) {
  /** A field by its path; a label that is not there is empty. */
  String field(String path) {
    return switch (path) {
      case "metadata.name" -> pod.name().name();
      case "metadata.namespace" -> pod.name().namespace();
      case "metadata.uid" -> pod.uid();
      case "metadata.labels" -> lines(pod.labels());
      case "metadata.annotations" -> lines(pod.annotations());
      case "spec.nodeName" -> host.nodeName();
      case "spec.serviceAccountName" -> pod.access().serviceAccount();
      case "status.hostIP", "status.hostIPs" -> host.address();
      // One of its own is not known yet.
      case "status.podIP", "status.podIPs" -> pod.isAtHostAddress() ? host.address() : "";
      default ->
          PodField.key(path, "metadata.labels")
              .map(key -> pod.labels().getOrDefault(key, ""))
              .or(
                  () ->
                      PodField.key(path, "metadata.annotations")
                          .map(key -> pod.annotations().getOrDefault(key, "")))
              .orElse("");
    };
  }

  /**
   * An amount, divided and rounded up. As in Kubernetes a limit that is not there is the device's,
   * and a request that is not there is the limit, else nothing.
   *
   * @param self the container that asks
   */
  String resource(EnvEntry.Resource resource, String self) throws FlintException {
    String name = resource.container().isEmpty() ? self : resource.container();
    Resources said = container(name).resources();
    boolean cpu = resource.resource().endsWith(".cpu");
    long limit = cpu ? said.milliCpus() : said.memoryBytes();
    long amount;
    if (resource.resource().startsWith("requests.")) {
      long request = cpu ? said.requestedMilliCpus() : said.requestedBytes();
      amount = request > 0 ? request : limit;
    } else if (limit > 0) {
      amount = limit;
    } else {
      amount = cpu ? host.cpus() * 1000L : host.memoryBytes();
    }
    BigInteger thousandths =
        BigInteger.valueOf(amount).multiply(BigInteger.valueOf(cpu ? 1 : 1000));
    BigInteger divisor = BigInteger.valueOf(Quantity.milli(resource.divisor()));
    BigInteger[] parts = thousandths.divideAndRemainder(divisor);
    return (parts[1].signum() > 0 ? parts[0].add(BigInteger.ONE) : parts[0]).toString();
  }

  private ContainerSpec container(String name) throws FlintException {
    for (ContainerSpec container : pod.everyContainer()) {
      if (container.name().equals(name)) {
        return container;
      }
    }
    throw new FlintException(
        ErrorCode.NOT_FOUND,
        "pod " + pod.name().name() + ": no container \"" + name + "\" to read resources of");
  }

  /** As the kubelet writes maps: a line per key, the value in quotes. */
  private static String lines(Map<String, String> map) {
    StringBuilder out = new StringBuilder();
    for (Map.Entry<String, String> entry : new TreeMap<>(map).entrySet()) {
      if (out.length() > 0) {
        out.append('\n');
      }
      out.append(entry.getKey()).append("=\"");
      String value = entry.getValue();
      for (int i = 0; i < value.length(); i++) {
        switch (value.charAt(i)) {
          case '"' -> out.append("\\\"");
          case '\\' -> out.append("\\\\");
          case '\n' -> out.append("\\n");
          case '\t' -> out.append("\\t");
          case '\r' -> out.append("\\r");
          default -> out.append(value.charAt(i));
        }
      }
      out.append('"');
    }
    return out.toString();
  }
}
