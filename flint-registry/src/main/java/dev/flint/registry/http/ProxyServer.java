package dev.flint.registry.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import okhttp3.Credentials;

/**
 * A proxy, as an environment variable names it.
 *
 * @param authorization what it is to be shown; a secret
 */
record ProxyServer(Proxy proxy, Optional<String> authorization) {
  private static final int HTTP_PORT = 80;
  private static final int SOCKS_PORT = 1080;

  /**
   * Reads {@code [http://|socks5://][USER:PASSWORD@]HOST[:PORT]}.
   *
   * @throws FlintException USAGE naming the variable, but not its value, which may hold a password
   */
  static ProxyServer parse(String variable, String value) throws FlintException {
    URI url = url(variable, value);
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    Proxy.Type type =
        switch (scheme) {
          case "http" -> Proxy.Type.HTTP;
          case "socks5", "socks5h" -> Proxy.Type.SOCKS;
          default ->
              throw new FlintException(
                  ErrorCode.USAGE,
                  "the proxy in " + variable + " is to be spoken to in another way than http",
                  "http:// and socks5:// proxies are supported");
        };
    Optional<String> authorization = authorization(url);
    if (type == Proxy.Type.SOCKS && authorization.isPresent()) {
      throw new FlintException(
          ErrorCode.USAGE, "the SOCKS proxy in " + variable + " has a user, which is unsupported");
    }
    int usual = type == Proxy.Type.HTTP ? HTTP_PORT : SOCKS_PORT;
    int port = url.getPort() < 0 ? usual : url.getPort();
    return new ProxyServer(
        new Proxy(type, InetSocketAddress.createUnresolved(bare(url.getHost()), port)),
        authorization);
  }

  private static URI url(String variable, String value) throws FlintException {
    try {
      URI url = new URI(value.contains("://") ? value : "http://" + value);
      if (url.getHost() != null && url.getPort() <= 65_535) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Its text quotes the value.
    }
    throw new FlintException(
        ErrorCode.USAGE,
        variable + " does not name a proxy",
        "it must be like http://HOST:PORT; % and the like in a password are written as %25");
  }

  private static Optional<String> authorization(URI url) {
    String user = url.getRawUserInfo();
    if (user == null) {
      return Optional.empty();
    }
    int colon = user.indexOf(':');
    return Optional.of(
        Credentials.basic(
            decoded(colon < 0 ? user : user.substring(0, colon)),
            colon < 0 ? "" : decoded(user.substring(colon + 1)),
            StandardCharsets.UTF_8));
  }

  /** URLDecoder is for forms, where a plus is a space. */
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** Its address alone. */
  @Override
  public String toString() {
    InetSocketAddress address = (InetSocketAddress) proxy.address();
    return address.getHostString() + ":" + address.getPort();
  }
}
