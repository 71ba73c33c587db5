package dev.flint.agent.pod.launch;

import dev.flint.agent.instance.Network;
import dev.flint.agent.pod.PodSpec;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;

/** What {@code hostNetwork} and the annotation say. */
final class NetworkChoice {
  private static final int MAX_NAME = 64;

  private NetworkChoice() {}

  static Network of(PodSpec pod) throws FlintException {
    String text = pod.annotations().getOrDefault(PodSpec.NETWORK, "");
    if (pod.hostNetwork()) {
      if (!text.isEmpty() && !text.equals("host")) {
        throw wrong(pod, "hostNetwork is asked for too");
      }
      return new Network.Host();
    }
    int colon = text.indexOf(':');
    String name = colon < 0 ? "" : text.substring(colon + 1);
    if (colon >= 0 && !isDevice(name)) {
      throw wrong(pod, "no name of a device or network follows the colon");
    }
    return switch (colon < 0 ? text : text.substring(0, colon + 1)) {
      case "" -> new Network.Usual();
      case "none" -> new Network.None();
      case "user" -> new Network.User();
      case "host" -> new Network.Host();
      case "tap:" -> new Network.Tap(name);
      case "bridge:" -> new Network.Bridge(name);
      case "cni:" -> new Network.Cni(name);
      default -> throw wrong(pod, "must be none, user, host, tap:NAME, bridge:NAME or cni:NAME");
    };
  }

  /** Such names become arguments of programs. */
  private static boolean isDevice(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c > 'z' || (!Character.isLetterOrDigit(c) && "_.-".indexOf(c) < 0)) {
        return false;
      }
    }
    return !name.isEmpty()
        && name.length() <= MAX_NAME
        && Character.isLetterOrDigit(name.charAt(0));
  }

  private static FlintException wrong(PodSpec pod, String rule) {
    return new FlintException(
        ErrorCode.PROTOCOL,
        "pod " + pod.name().name() + ": metadata.annotations[" + PodSpec.NETWORK + "]: " + rule);
  }
}
