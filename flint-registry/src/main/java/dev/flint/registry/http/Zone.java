package dev.flint.registry.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;

/**
 * How near an address is: the machine itself, its link, its private network, or everybody's
 * Internet. An answer from farther out may not send us nearer in, where only we can reach (server
 * side request forgery).
 */
enum Zone {
  PUBLIC,
  PRIVATE,
  LINK_LOCAL,
  LOOPBACK;

  /**
   * The nearest zone a host has an address in. A host that cannot be found counts as public: no
   * connection to it will come about.
   *
   * @param host a name or an address, IPv6 in brackets
   */
  static Zone of(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.equals("localhost") || name.endsWith(".localhost")) {
      return LOOPBACK;
    }
    try {
      return Arrays.stream(InetAddress.getAllByName(host))
          .map(Zone::of)
          .max(Zone::compareTo)
          .orElse(PUBLIC);
    } catch (UnknownHostException e) {
      return PUBLIC;
    }
  }

  /**
   * The zone that a host has by its own text, without a name server, which may be the host's own:
   * public for all names but those of this machine.
   *
   * @param host as for {@link #of(String)}
   */
  static Zone written(String host) {
    boolean literal = host.startsWith("[") || host.matches("[0-9.]+");
    boolean local = host.equals("localhost") || host.endsWith(".localhost");
    return literal || local ? of(host) : PUBLIC;
  }

  static Zone of(InetAddress address) {
    if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
      return LOOPBACK;
    }
    if (address.isLinkLocalAddress() || address.isMulticastAddress()) {
      return LINK_LOCAL;
    }
    byte[] bytes = address.getAddress();
    // RFC 4193 and RFC 6598, which the JDK does not count as site-local.
    boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
    boolean carrierGrade = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
    return address.isSiteLocalAddress() || uniqueLocal || carrierGrade ? PRIVATE : PUBLIC;
  }

  /** Whether a server here may send us there. This machine's own may use its private network. */
  boolean maySendTo(Zone target) {
    return target == PUBLIC || target == this || (this == LOOPBACK && target == PRIVATE);
  }
}
