package dev.flint.registry.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which hosts are reached without the proxy, by the rules that Go programs (docker, podman, crane)
 * have for {@code NO_PROXY}: {@code *}, addresses, networks like {@code 10.0.0.0/8}, domains with
 * all below them, {@code .domain} for those below alone; all but networks may have a port. This
 * machine always is.
 */
final class NoProxy {
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*");
  private static final Pattern PORT = Pattern.compile(":[0-9]+$");

  private final List<String> rules = new ArrayList<>();

  /** The rules, separated by commas; what is none is passed over. */
  NoProxy(String text) {
    for (String part : text.split(",", -1)) {
      String rule = part.strip().toLowerCase(Locale.ROOT);
      if (!rule.isEmpty()) {
        rules.add(rule);
      }
    }
  }

  /**
   * Whether a host is reached directly.
   *
   * @param host a name or an address, IPv6 without brackets
   */
  boolean covers(String host, int port) {
    String name = host.toLowerCase(Locale.ROOT);
    Optional<InetAddress> address = address(name);
    if (name.equals("localhost")
        || name.endsWith(".localhost")
        || (address.isPresent() && address.get().isLoopbackAddress())) {
      return true;
    }
    return rules.stream().anyMatch(rule -> matches(rule, name, address, port));
  }

  private static boolean matches(
      String rule, String name, Optional<InetAddress> address, int port) {
    if (rule.equals("*")) {
      return true;
    }
    int slash = rule.indexOf('/');
    if (slash >= 0) {
      return address.isPresent() && isWithin(rule, slash, address.get());
    }
    String host = withoutPort(rule);
    if (host.length() < rule.length() && !rule.endsWith(":" + port)) {
      return false;
    }
    Optional<InetAddress> wanted = address(bare(host));
    if (wanted.isPresent() || address.isPresent()) {
      return wanted.equals(address);
    }
    String domain = host.startsWith("*.") ? host.substring(1) : host;
    return domain.startsWith(".")
        ? name.endsWith(domain)
        : name.equals(domain) || name.endsWith("." + domain);
  }

  /** An IPv6 address has colons of its own, and no port without brackets. */
  private static String withoutPort(String rule) {
    return address(rule).isPresent() ? rule : PORT.matcher(rule).replaceFirst("");
  }

  private static String bare(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static boolean isWithin(String rule, int slash, InetAddress address) {
    Optional<InetAddress> network = address(rule.substring(0, slash));
    String length = rule.substring(slash + 1);
    if (network.isEmpty() || !length.matches("[0-9]{1,3}")) {
      return false;
    }
    byte[] a = network.get().getAddress();
    byte[] b = address.getAddress();
    int bits = Integer.parseInt(length);
    if (a.length != b.length || bits > 8 * a.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      if (((a[bit / 8] ^ b[bit / 8]) >> (7 - bit % 8) & 1) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Only what is an address already: no name server is asked. */
  private static Optional<InetAddress> address(String text) {
    try {
      return ADDRESS.matcher(text).matches()
          ? Optional.of(InetAddress.getByName(text))
          : Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
