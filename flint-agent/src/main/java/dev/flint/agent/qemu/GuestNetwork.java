package dev.flint.agent.qemu;

import dev.flint.agent.instance.GuestAddress;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How a guest is connected.
 *
 * @param arguments QEMU's
 * @param osvOptions what an OSv kernel is told, so that it does not wait for a lease
 * @param address the guest's own, or empty
 */
record GuestNetwork(List<String> arguments, List<String> osvOptions, String address) {
  /** What QEMU's own network gives its first guest, and where its gateway and name server are. */
  private static final List<String> STATIC =
      List.of("--ip=eth0,10.0.2.15,255.255.255.0", "--defaultgw=10.0.2.2", "--nameserver=10.0.2.3");

  /** The longest name of a network device, from the kernel's IFNAMSIZ. */
  private static final int MAX_DEVICE = 15;

  /**
   * Decides it.
   *
   * @param where the folder of the run, by which devices of its own are named
   * @param ports all chosen
   * @throws FlintException UNSUPPORTED for a network that guests cannot have
   */
  static GuestNetwork of(InstanceId id, Path where, Network network, List<PortForward> ports)
      throws FlintException {
    boolean user = network instanceof Network.User || network instanceof Network.Usual;
    if (!user && !ports.isEmpty()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "ports are only forwarded to guests with user networking",
          "leave out the ports, or the network");
    }
    if (network instanceof Network.None) {
      return new GuestNetwork(List.of("-nic", "none"), List.of(), "");
    }
    if (user) {
      return new GuestNetwork(with(id, userNet(ports)), STATIC, "");
    }
    if (network instanceof Network.Tap tap) {
      return at(tap.address(), tap(id, device(tap.device())));
    }
    if (network instanceof Network.Bridge bridge) {
      // Only its name is looked at here: the guest's end is a tap device of the run's own.
      device(bridge.device());
      return at(bridge.address(), tap(id, BridgePort.name(where)));
    }
    throw new FlintException(
        ErrorCode.UNSUPPORTED,
        network instanceof Network.Host
            ? "a guest cannot share the host's network"
            : "a guest cannot be on a network of CNI",
        "use user networking with forwarded ports, or a tap or bridge");
  }

  private static List<String> tap(InstanceId id, String device) {
    return with(id, "tap,id=net0,ifname=" + device + ",script=no,downscript=no");
  }

  private static GuestNetwork at(GuestAddress address, List<String> arguments) {
    List<String> options = new ArrayList<>();
    if (address.isFixed()) {
      options.add("--ip=eth0," + address.ip() + "," + address.mask());
      if (!address.gateway().isEmpty()) {
        options.add("--defaultgw=" + address.gateway());
      }
      if (!address.nameserver().isEmpty()) {
        options.add("--nameserver=" + address.nameserver());
      }
    }
    return new GuestNetwork(arguments, options, address.isFixed() ? address.ip() : "");
  }

  /**
   * Makes sure that a guest gets the address it is meant to have, and does not wait for one that
   * may never come.
   *
   * @throws FlintException UNSUPPORTED if it does not
   */
  static void requireAddress(Network network, boolean osv) throws FlintException {
    GuestAddress address;
    if (network instanceof Network.Tap tap) {
      address = tap.address();
    } else if (network instanceof Network.Bridge bridge) {
      address = bridge.address();
    } else {
      return;
    }
    if (osv && !address.isFixed() && !address.isDhcp()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "without an address OSv waits for one for ever",
          "say which, after the device: ,ip=ADDRESS/BITS,gateway=ADDRESS or, where a server gives them, ,ip=dhcp");
    }
    if (!osv && address.isFixed()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "the guest is not OSv, so it cannot be told its address",
          "leave it out, and give the address within the image");
    }
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
  static String mac(InstanceId id) {
    String hash = Digest.sha256(id.text().getBytes(StandardCharsets.UTF_8)).encoded();
    StringBuilder mac = new StringBuilder("5a");
    for (int i = 0; i < 10; i += 2) {
      mac.append(':').append(hash, i, i + 2);
    }
    return mac.toString();
  }
}
