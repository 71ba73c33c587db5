package dev.flint.registry.http;

import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The proxies between us and the registries. Its text never shows a password. Immutable. */
public final class Proxies {
  /** Everything is reached directly. */
  public static final Proxies NONE =
      new Proxies(Optional.empty(), Optional.empty(), new NoProxy("*"));

  private final Optional<ProxyServer> http;
  private final Optional<ProxyServer> https;
  private final NoProxy direct;

  private Proxies(Optional<ProxyServer> http, Optional<ProxyServer> https, NoProxy direct) {
    this.http = http;
    this.https = https;
    this.direct = direct;
  }

  /**
   * Reads {@code https_proxy}, {@code http_proxy}, {@code all_proxy} and {@code no_proxy}. The
   * upper-case names count too, except HTTP_PROXY: in a CGI program that is a header of a request
   * from outside (httpoxy).
   *
   * @throws FlintException USAGE naming the variable that cannot be understood
   */
  public static Proxies fromEnvironment(Map<String, String> env) throws FlintException {
    Optional<ProxyServer> all = server(env, "all_proxy", "ALL_PROXY");
    return new Proxies(
        server(env, "http_proxy").or(() -> all),
        server(env, "https_proxy", "HTTPS_PROXY").or(() -> all),
        new NoProxy(first(env, "no_proxy", "NO_PROXY").map(env::get).orElse("")));
  }

  private static Optional<ProxyServer> server(Map<String, String> env, String... names)
      throws FlintException {
    Optional<String> name = first(env, names);
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(ProxyServer.parse(name.get(), env.getOrDefault(name.get(), "").strip()));
  }

  private static Optional<String> first(Map<String, String> env, String... names) {
    return Stream.of(names).filter(name -> !env.getOrDefault(name, "").isBlank()).findFirst();
  }

  /** What is asked on the way to a URL, for people: its address. */
  public Optional<String> towards(URI url) {
    return on(url).map(ProxyServer::toString);
  }

  /** The proxy on the way to a URL. */
  Optional<ProxyServer> on(URI url) {
    if (url.getHost() == null) {
      return Optional.empty();
    }
    boolean secure = "https".equals(String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT));
    int port = url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80;
    String host = url.getHost().replaceAll("^\\[|\\]$", "");
    return (secure ? https : http).filter(proxy -> !direct.covers(host, port));
  }

  /** What a proxy is to be shown. */
  Optional<String> authorization(Proxy proxy) {
    return Stream.of(http, https)
        .flatMap(Optional::stream)
        .filter(server -> server.proxy().equals(proxy))
        .findFirst()
        .flatMap(ProxyServer::authorization);
  }

  /** For OkHttp. */
  ProxySelector selector() {
    return new ProxySelector() {
      @Override
      public List<Proxy> select(URI url) {
        return List.of(on(url).map(ProxyServer::proxy).orElse(Proxy.NO_PROXY));
      }

      @Override
      public void connectFailed(URI url, SocketAddress address, IOException failure) {
        // The call fails, and says so.
      }
    };
  }
}
