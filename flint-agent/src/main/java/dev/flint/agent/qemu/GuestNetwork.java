package dev.flint.agent.qemu;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * How a guest is connected.
 *
 * @param arguments QEMU's
 * @param osvOptions what an OSv kernel is told, so that it does not wait for a lease
 */
record GuestNetwork(List<String> arguments, List<String> osvOptions) {
  /** What QEMU's own network gives its first guest, and where its gateway and name server are. */
  private static final List<String> STATIC =
      List.of("--ip=eth0,10.0.2.15,255.255.255.0", "--defaultgw=10.0.2.2", "--nameserver=10.0.2.3");

  /** The longest name of a network device, from the kernel's IFNAMSIZ. */
  private static final int MAX_DEVICE = 15;

  /**
   * Decides it.
   *
   * @param ports all chosen
   * @throws FlintException UNSUPPORTED for a network that guests cannot have
   */
  static GuestNetwork of(InstanceId id, Network network, List<PortForward> ports)
      throws FlintException {
    boolean user = network instanceof Network.User || network instanceof Network.Usual;
    if (!user && !ports.isEmpty()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "ports are only forwarded to guests with user networking",
          "leave out the ports, or the network");
    }
    if (network instanceof Network.None) {
      return new GuestNetwork(List.of("-nic", "none"), List.of());
    }
    if (user) {
      return new GuestNetwork(with(id, userNet(ports)), STATIC);
    }
    if (network instanceof Network.Tap tap) {
      String device = device(tap.device());
      return new GuestNetwork(
          with(id, "tap,id=net0,ifname=" + device + ",script=no,downscript=no"), List.of());
    }
    if (network instanceof Network.Bridge bridge) {
      return new GuestNetwork(with(id, "bridge,id=net0,br=" + device(bridge.device())), List.of());
    }
    throw new FlintException(
        ErrorCode.UNSUPPORTED,
        network instanceof Network.Host
            ? "a guest cannot share the host's network"
            : "a guest cannot be on a network of CNI",
        "use user networking with forwarded ports, or a tap or bridge");
  }

  private static String userNet(List<PortForward> ports) {
    // The guest has no route for IPv6, and waiting for one costs time.
    StringBuilder net = new StringBuilder("user,id=net0,ipv6=off");
    for (PortForward port : ports) {
      net.append(",hostfwd=")
          .append(port.protocol().name().toLowerCase(Locale.ROOT))
          .append(':')
          .append(port.hostAddress())
          .append(':')
          .append(port.hostPort())
          .append("-:")
          .append(port.guestPort());
    }
    return net.toString();
  }

  private static List<String> with(InstanceId id, String net) {
    return List.of("-netdev", net, "-device", "virtio-net-pci,netdev=net0,mac=" + mac(id));
  }

  private static String device(String name) throws FlintException {
    boolean sound = !name.isEmpty() && name.length() <= MAX_DEVICE && !name.startsWith(".");
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      sound &= c > ' ' && c < 0x7f && c != '/' && c != ',' && c != ':';
    }
    if (!sound) {
      throw new FlintException(ErrorCode.USAGE, "\"" + name + "\" is no name of a network device");
    }
    return name;
  }

  /**
   * An address that the instance has at every start and no maker of devices gave away: bit 1 of the
   * first byte set, bit 0 not (IEEE 802).
   */
  private static String mac(InstanceId id) {
    String hash = Digest.sha256(id.text().getBytes(StandardCharsets.UTF_8)).encoded();
    StringBuilder mac = new StringBuilder("5a");
    for (int i = 0; i < 10; i += 2) {
      mac.append(':').append(hash, i, i + 2);
    }
    return mac.toString();
  }
}
