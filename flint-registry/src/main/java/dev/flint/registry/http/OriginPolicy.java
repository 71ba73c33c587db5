package dev.flint.registry.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The one place that says where an answer may send us. A {@code Location} is text from outside: it
 * may not weaken https, carry a user name, leave http(s) or lead into a network that is nearer to
 * us than the server that sent it.
 */
public final class OriginPolicy {
  private OriginPolicy() {}

  /** Whether two URLs have scheme, host and port in common, so that credentials may go along. */
  public static boolean sameOrigin(URI a, URI b) {
    return a.getScheme().equalsIgnoreCase(b.getScheme()) && sameHost(a, b) && port(a) == port(b);
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
   * The place a redirected read goes on to: the reply's {@code Location}, resolved against the
   * request it answers.
   *
   * @throws FlintException PROTOCOL if there is not exactly one or it is malformed, POLICY if it
   *     may not be followed
   */
  public static URI location(Reply reply) throws FlintException {
    URI from = reply.url();
    URI target = target(reply);
    String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
    boolean web = scheme.equals("http") || scheme.equals("https");
    if (!web || target.getHost() == null || target.getRawUserInfo() != null) {
      throw refused(from, target);
    }
    if (sameHost(from, target)) {
      return scheme.equals("http") && isHttps(from) ? upgraded(from, target) : target;
    }
    if ((isHttps(from) && !isHttps(target))
        || !Zone.of(from.getHost()).maySendTo(Zone.of(target.getHost()))) {
      throw refused(from, target);
    }
    return target;
  }

  /**
   * The place an upload goes on to, by the rules of {@link #location} and one more: to another host
   * an image leaves over https only.
   */
  public static URI uploadLocation(Reply reply) throws FlintException {
    URI target = location(reply);
    if (!sameHost(reply.url(), target) && !isHttps(target)) {
      throw refused(reply.url(), target);
    }
    return target;
  }

  /**
   * The next page of a list: the target of a reply's {@code Link}, resolved against the request it
   * answers. A list does not go on at another origin.
   *
   * @throws FlintException PROTOCOL if it is malformed, POLICY if it leads elsewhere
   */
  public static URI nextPage(Reply reply, String link) throws FlintException {
    URI from = reply.url();
    URI target = resolved(from, link, "Link");
    if (target.getScheme() == null || target.getRawUserInfo() != null || !sameHost(from, target)) {
      throw refused(from, target);
    }
    URI next =
        isHttps(from) && target.getScheme().equalsIgnoreCase("http")
            ? upgraded(from, target)
            : target;
    if (!sameOrigin(from, next)) {
      throw refused(from, target);
    }
    return next;
  }

  /**
   * The token server that a registry names. Passwords go there, so it must belong to the registry:
   * same host, same registrable domain, this machine for a registry on this machine, or what the
   * user pinned. Nothing else makes http of https.
   *
   * @param registry where the registry's API is
   * @param realm as in the challenge; may be relative
   * @param pin {@code HOST[:PORT]} of the token server that the user vouches for, if any
   * @throws FlintException PROTOCOL if the realm is malformed, POLICY if it may not be asked
   */
  public static URI realm(URI registry, String realm, Optional<String> pin) throws FlintException {
    URI target;
    try {
      target = registry.resolve(new URI(realm));
    } catch (URISyntaxException e) {
      // Not as the cause, which quotes it.
      throw new FlintException(
          ErrorCode.PROTOCOL, registry.getAuthority() + " names a malformed token server");
    }
    String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
    boolean web = scheme.equals("https") || (scheme.equals("http") && !isHttps(registry));
    if (!web || target.getHost() == null || target.getRawUserInfo() != null) {
      throw refused(registry, target);
    }
    boolean pinned = pin.isPresent() && pin.get().equalsIgnoreCase(target.getRawAuthority());
    boolean local = isLoopback(host(registry)) && isLoopback(host(target));
    if (pinned || local || sameHost(registry, target)) {
      return target;
    }
    if (!RelatedHosts.areRelated(registry, target)
        || !Zone.of(registry.getHost()).maySendTo(Zone.of(target.getHost()))) {
      throw new FlintException(
          ErrorCode.POLICY,
          registry.getAuthority()
              + " wants credentials to be sent to "
              + target.getRawAuthority()
              + ", which is refused",
          "if that is its token server, allow it with --auth-realm " + target.getRawAuthority());
    }
    return target;
  }

  private static URI target(Reply reply) throws FlintException {
    List<String> texts = reply.headers().getOrDefault("location", List.of());
    String who = reply.url().getAuthority();
    if (texts.size() != 1) {
      throw new FlintException(
          ErrorCode.PROTOCOL,
          who
              + " answered "
              + reply.status()
              + (texts.isEmpty() ? " without a Location" : " with several Locations"));
    }
    return resolved(reply.url(), texts.get(0), "Location");
  }

  private static URI resolved(URI from, String text, String header) throws FlintException {
    try {
      if (text.startsWith("?")) {
        // URI.resolve still does what RFC 2396 said about these, and drops the last path segment.
        return URI.create(withoutQuery(from) + text);
      }
      return from.resolve(URI.create(text));
    } catch (IllegalArgumentException e) {
      // Not as the cause, which quotes it: it may be signed.
      throw new FlintException(
          ErrorCode.PROTOCOL, from.getAuthority() + " sent a malformed " + header);
    }
  }

  private static String withoutQuery(URI url) {
    return url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
  }

  /** For a registry behind a TLS proxy that does not know it: the proxy is who we talk to. */
  private static URI upgraded(URI from, URI target) {
    String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
    return URI.create("https://" + from.getRawAuthority() + target.getRawPath() + query);
  }

  private static FlintException refused(URI from, URI to) {
    String target = to.getHost() == null ? to.getScheme() + ":" : to.getScheme() + "://" + host(to);
    return new FlintException(
        ErrorCode.POLICY, from.getAuthority() + " sends us to " + target + ", which is refused");
  }

  private static boolean isHttps(URI url) {
    return "https".equalsIgnoreCase(url.getScheme());
  }

  /** Without a host that we understand nothing is the same. */
  private static boolean sameHost(URI a, URI b) {
    return a.getHost() != null && host(a).equals(host(b));
  }

  private static String host(URI url) {
    return String.valueOf(url.getHost()).toLowerCase(Locale.ROOT);
  }

  private static int port(URI url) {
    if (url.getPort() >= 0) {
      return url.getPort();
    }
    return isHttps(url) ? 443 : 80;
  }
}
