package dev.flint.agent.pod;

import dev.flint.oci.error.FlintException;

/** Reads {@code hostname}: what containers with a network of their own call themselves. */
final class HostName {
  /** As with a kubelet; Linux has room for one more. */
  private static final int LONGEST = 63;

  private HostName() {}

  /**
   * What is said, else as much of the pod's name as there is room for.
   *
   * @param network the annotation, or empty
   */
  static String parse(Fields spec, ObjectName pod, boolean hostNetwork, String network)
      throws FlintException {
    boolean own = network.equals("none") || network.startsWith("cni");
    if (!own && !hostNetwork) {
      // On the host's network it has the host's name, as with a kubelet, but was not asked.
      spec.ignored("hostname");
    }
    String said = spec.text("hostname", "");
    if (said.isEmpty()) {
      return cut(pod.name());
    }
    if (!DnsName.isLabel(said)) {
      throw spec.bad("hostname", DnsName.LABEL_RULE);
    }
    return said;
  }

  private static String cut(String name) {
    int end = Math.min(name.length(), LONGEST);
    while (name.charAt(end - 1) == '-' || name.charAt(end - 1) == '.') {
      end--;
    }
    return name.substring(0, end);
  }
}
