package dev.flint.registry.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import okhttp3.Dns;

/**
 * Looks at the addresses that connections really have, as the answer of a name server may change
 * between the look of {@link OriginPolicy} and the connecting (DNS rebinding). A host is looked at
 * like any other where it sends us to itself, except that a host that the user named may be at any
 * place that its name led to at first. Where the user sends us, its name may lead anywhere. Behind
 * a proxy the addresses are the proxy's matter.
 *
 * <p>It passes on what the name server says, to know where a host is that has addresses in several
 * networks, as OkHttp takes whichever address answers first. Thread-safe.
 */
final class ConnectedZones implements Dns {
  private final Dns names;

  /** Where the first answer of the name server said that each host is. */
  private final Map<String, Set<Zone>> said = new ConcurrentHashMap<>();

  /** The farthest that each host was seen at. */
  private final Map<String, Zone> seen = new ConcurrentHashMap<>();

  ConnectedZones(Dns names) {
    this.names = names;
  }

  @Override
  public List<InetAddress> lookup(String host) throws UnknownHostException {
    List<InetAddress> addresses = names.lookup(host);
    said.putIfAbsent(
        host.toLowerCase(Locale.ROOT),
        // No registry is at once outside and on this machine; one that says so is up to something.
        addresses.stream()
            .map(Zone::of)
            .filter(zone -> zone == Zone.PUBLIC || zone == Zone.PRIVATE)
            .collect(Collectors.toUnmodifiableSet()));
    return addresses;
  }

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
      if (from.equals(host) && isNamed(call, host) && isKnownAt(host, zone)) {
        continue;
      }
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

  private static boolean isNamed(Call call, String host) {
    return host(call.via().get(0)).equals(host);
  }

  /** What its name says later does not count. */
  private boolean isKnownAt(String host, Zone zone) {
    return said.getOrDefault(host, Set.of()).contains(zone);
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
