package dev.flint.registry.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks at the addresses that connections really have, as the answer of a name server may change
 * between the look of {@link OriginPolicy} and the connecting (DNS rebinding). Behind a proxy the
 * addresses are the proxy's matter. Thread-safe.
 */
final class ConnectedZones {
  /** The farthest that each host was seen at. */
  private final Map<String, Zone> seen = new ConcurrentHashMap<>();

  /**
   * Checks a connection, fresh or kept, before a request goes over it.
   *
   * @param address of its other end
   * @throws FlintException POLICY if it leads nearer to us than one who sent us there may send
   */
  void check(Call call, InetAddress address) throws FlintException {
    String host = host(call.url());
    Zone zone = Zone.of(address);
    for (URI sender : call.via()) {
      // Who was not seen was reached through a proxy, so it is out there.
      Zone from = seen.getOrDefault(host(sender), Zone.PUBLIC);
      if (!host.equals(host(sender)) && !from.maySendTo(zone)) {
        throw new FlintException(
            ErrorCode.POLICY,
            sender.getAuthority()
                + " sends us to "
                + call.url().getAuthority()
                + ", which is "
                + address.getHostAddress()
                + " in our own network, and refused");
      }
    }
    seen.merge(host, zone, (a, b) -> a.compareTo(b) < 0 ? a : b);
  }

  private static String host(URI url) {
    return String.valueOf(url.getHost()).toLowerCase(Locale.ROOT);
  }
}
