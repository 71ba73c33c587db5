package dev.flint.registry.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * The one place that says where an answer may send us. A {@code Location} is text from outside: it
 * may not weaken https, carry a user name or leave http(s).
 */
public final class OriginPolicy {
  private OriginPolicy() {}

  /** Whether two URLs have scheme, host and port in common, so that credentials may go along. */
  public static boolean sameOrigin(URI a, URI b) {
    return a.getScheme().equalsIgnoreCase(b.getScheme())
        && host(a).equals(host(b))
        && port(a) == port(b);
  }

  /** Whether a host is this machine, where plain http is the rule. */
  public static boolean isLoopback(String hostAndPort) {
    String host = hostAndPort.replaceFirst(":[0-9]+$", "");
    return host.equals("localhost")
        || host.endsWith(".localhost")
        || host.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}")
        || host.equals("[::1]");
  }

  /**
   * The place a reply's {@code Location} points to, resolved against the request it answers.
   *
   * @throws FlintException PROTOCOL if there is none or it is malformed, POLICY if it may not be
   *     followed
   */
  public static URI location(Reply reply) throws FlintException {
    Optional<String> text = reply.header("location");
    if (text.isEmpty()) {
      throw new FlintException(
          ErrorCode.PROTOCOL,
          reply.url().getAuthority() + " answered " + reply.status() + " without a Location");
    }
    URI target;
    try {
      target = reply.url().resolve(URI.create(text.get()));
    } catch (IllegalArgumentException e) {
      throw new FlintException(
          ErrorCode.PROTOCOL, reply.url().getAuthority() + " sent a malformed Location", e);
    }
    String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
    boolean web = scheme.equals("http") || scheme.equals("https");
    if (!web || target.getHost() == null || target.getRawUserInfo() != null) {
      throw refused(reply.url(), target);
    }
    if (scheme.equals("http") && reply.url().getScheme().equals("https")) {
      if (!host(target).equals(host(reply.url()))) {
        throw refused(reply.url(), target);
      }
      // A registry behind a TLS proxy that does not know it: the proxy is who we talk to.
      return URI.create(
          "https://" + reply.url().getRawAuthority() + pathAndQuery(target));
    }
    return target;
  }

  private static String pathAndQuery(URI url) {
    return url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
  }

  private static FlintException refused(URI from, URI to) {
    return new FlintException(
        ErrorCode.POLICY,
        from.getAuthority() + " sends us to " + to.getScheme() + "://" + to.getAuthority()
            + ", which is refused");
  }

  private static String host(URI url) {
    return String.valueOf(url.getHost()).toLowerCase(Locale.ROOT);
  }

  private static int port(URI url) {
    if (url.getPort() >= 0) {
      return url.getPort();
    }
    return url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
  }
}
