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
 * between the look of {@link OriginPolicy} and the connecting (DNS rebinding). A host is looked at
 * like any other where it sends us to itself. Where the user sends us, its name may lead anywhere.
 * Behind a proxy the addresses are the proxy's matter. Thread-safe.
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
      String from = host(sender);
      boolean seenBefore = seen.containsKey(from);
      // Who was not seen was reached through a proxy: what its name says is all that is known, and
      // nothing at all of a name that only a name server understands.
      boolean allowed =
          seenBefore
              ? seen.getOrDefault(from, Zone.PUBLIC).maySendTo(zone)
              : from.equals(host) || Zone.written(from).maySendTo(zone);
      if (!allowed) {
        throw refused(sender, call.url(), address, seenBefore);
      }
    }
    seen.merge(host, zone, (a, b) -> a.compareTo(b) < 0 ? a : b);
  }

  private static FlintException refused(URI from, URI to, InetAddress address, boolean direct) {
    String remedy =
        "if " + from.getHost() + " is in this network too, NO_PROXY lists hosts to reach directly";
    return new FlintException(
        ErrorCode.POLICY,
        from.getAuthority()
            + " sends us to "
            + to.getAuthority()
            + ", which is "
            + address.getHostAddress()
            + " in our own network, and refused",
        direct ? "" : remedy);
  }

  private static String host(URI url) {
    return String.valueOf(url.getHost()).toLowerCase(Locale.ROOT);
  }
}
