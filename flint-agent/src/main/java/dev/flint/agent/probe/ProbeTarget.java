package dev.flint.agent.probe;

import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;

/**
 * Where a port of an instance is reached from the host.
 *
 * @param forwarded whether something stands between that takes connections for the instance, so
 *     that being connected proves nothing
 */
public record ProbeTarget(String host, int port, boolean forwarded) {
  private static final String LOOPBACK = "127.0.0.1";

  /**
   * Finds it.
   *
   * @param spec with its ports chosen
   * @param address the instance's own, or empty
   * @param host what the probe says, or empty
   * @throws FlintException NOT_FOUND for an instance on a network of its own whose address nobody
   *     knows: on loopback something else would answer for it
   */
  public static ProbeTarget of(InstanceSpec spec, String address, String host, int port)
      throws FlintException {
    if (!host.isEmpty()) {
      return new ProbeTarget(host, port, false);
    }
    if (!address.isEmpty()) {
      return new ProbeTarget(address, port, false);
    }
    if (spec.network() instanceof Network.Cni) {
      throw new FlintException(ErrorCode.NOT_FOUND, "it has no address to probe");
    }
    for (PortForward forward : spec.ports()) {
      if (forward.guestPort() == port
          && forward.hostPort() > 0
          && forward.protocol() == PortForward.Protocol.TCP) {
        String on = forward.hostAddress();
        return new ProbeTarget(on.equals("0.0.0.0") ? LOOPBACK : on, forward.hostPort(), true);
      }
    }
    return new ProbeTarget(LOOPBACK, port, false);
  }
}
