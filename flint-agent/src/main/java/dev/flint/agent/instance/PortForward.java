package dev.flint.agent.instance;

/**
 * A port of the host that leads to one of the instance.
 *
 * @param hostAddress an IP address of the host, {@code 0.0.0.0} for all
 * @param hostPort 1 to 65535, or 0 before one is chosen
 * @param guestPort 1 to 65535
 */
public record PortForward(String hostAddress, int hostPort, int guestPort, Protocol protocol) {
  /** What is forwarded. */
  public enum Protocol {
    /** Connections. */
    TCP,
    /** Datagrams. */
    UDP
  }

  /** Checks the range. */
  public PortForward {
    if (hostPort < 0 || hostPort > 65535 || guestPort < 1 || guestPort > 65535) {
      throw new IllegalArgumentException("no ports: " + hostPort + ", " + guestPort);
    }
  }

  /** The same to a chosen port of the host. */
  public PortForward from(int port) {
    return new PortForward(hostAddress, port, guestPort, protocol);
  }
}
