package dev.flint.agent.pod.launch;

import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.NetworkText;
import dev.flint.agent.pod.PodSpec;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;

/** What {@code hostNetwork} and the annotation say. */
final class NetworkChoice {
  private NetworkChoice() {}

  static Network of(PodSpec pod) throws FlintException {
    String text = pod.annotations().getOrDefault(PodSpec.NETWORK, "");
    if (pod.hostNetwork()) {
      if (!text.isEmpty() && !text.equals("host")) {
        throw wrong(pod, "hostNetwork is asked for too");
      }
      return new Network.Host();
    }
    if (text.isEmpty()) {
      return new Network.Usual();
    }
    try {
      return NetworkText.parse(text);
    } catch (FlintException e) {
      throw wrong(pod, String.valueOf(e.getMessage()));
    }
  }

  private static FlintException wrong(PodSpec pod, String rule) {
    return new FlintException(
        ErrorCode.PROTOCOL,
        "pod " + pod.name().name() + ": metadata.annotations[" + PodSpec.NETWORK + "]: " + rule);
  }
}
