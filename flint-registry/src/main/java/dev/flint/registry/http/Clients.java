package dev.flint.registry.http;

import dev.flint.registry.settings.HostSettings;
import dev.flint.registry.settings.TlsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.CookieJar;
import okhttp3.Dns;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * OkHttp, set up as {@link Http} promises it. TLS is set up with the first https URL, as that takes
 * longer than a whole pull from a registry without it, and once for all hosts with the same
 * settings. Thread-safe.
 */
final class Clients {
  private static final Duration CONNECT = Duration.ofSeconds(15);
  private static final String PROXY_AUTHORIZATION = "Proxy-Authorization";

  private final Network network;
  private final TlsSource tls;
  private final ConnectedZones zones;
  private final OkHttpClient plain;
  private final Pair plainPair;

  /**
   * For those who look at the connection that a request is sent over. OkHttp's tags would do, but
   * for the first of them Kotlin looks for its reflection in all jars, which takes 30 ms.
   */
  private final Map<okhttp3.Call, Call> underWay = new ConcurrentHashMap<>();

  /** Guarded by this. */
  private final Map<TlsSettings, Pair> secure = new HashMap<>();

  /** Hosts whose certificate is not checked, which was said. Guarded by this. */
  private final Set<String> unchecked = new HashSet<>();

  /** Makes TLS of settings; empty for what the JDK has by itself. */
  interface TlsSource {
    Optional<CaTrust> of(TlsSettings settings) throws IOException;
  }

  /** Clients of one pool of connections. */
  private record Pair(OkHttpClient reads, OkHttpClient writes) {
    static Pair of(OkHttpClient client) {
      return new Pair(client.newBuilder().retryOnConnectionFailure(true).build(), client);
    }
  }

  Clients(Network network, TlsSource tls, Dns dns, SocketFactory sockets) {
    this.network = network;
    this.tls = tls;
    this.zones = new ConnectedZones(dns);
    this.plain =
        new OkHttpClient.Builder()
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(false)
            .cookieJar(CookieJar.NO_COOKIES)
            .connectTimeout(CONNECT)
            // StallWatch sees to these.
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .pingInterval(Duration.ofSeconds(20))
            .dns(zones)
            .socketFactory(sockets)
            .proxySelector(network.proxies().selector())
            .proxyAuthenticator(this::tunnel)
            .addNetworkInterceptor(this::onConnection)
            // A write fails on an idle connection that the server dropped, so they are not kept
            // long.
            .connectionPool(new ConnectionPool(4, 5, TimeUnit.SECONDS))
            .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
            .build();
    this.plainPair = Pair.of(plain);
  }

  /** What OkHttp is to send for a call. */
  okhttp3.Call prepare(Call call, Request request) throws IOException {
    return clientFor(call).newCall(request);
  }

  /** Has it sent. */
  Response execute(okhttp3.Call prepared, Call call) throws IOException {
    underWay.put(prepared, call);
    try {
      return prepared.execute();
    } finally {
      underWay.remove(prepared);
    }
  }

  private OkHttpClient clientFor(Call call) throws IOException {
    boolean secured = "https".equalsIgnoreCase(call.url().getScheme());
    Pair pair = secured ? secure(call) : plainPair;
    return call.isRead() ? pair.reads() : pair.writes();
  }

  private synchronized Pair secure(Call call) throws IOException {
    HostSettings own = network.of(call);
    // HTTP/2 takes 16 MiB ahead of whoever reads slowly.
    boolean limited = network.limit(call) != RateLimit.NONE;
    TlsSettings settings = limited ? own.tls().overHttp1() : own.tls();
    Pair known = secure.get(settings);
    if (known == null) {
      known = Pair.of(secure(settings));
      secure.put(settings, known);
    }
    String host = Network.authority(call.url());
    if (!settings.verify() && unchecked.add(host)) {
      network.warn(
          "the certificate of "
              + host
              + " is not checked: anybody on the way can read and change what is sent");
    }
    return known;
  }

  private OkHttpClient secure(TlsSettings settings) throws IOException {
    OkHttpClient.Builder builder =
        plain.newBuilder().connectionSpecs(List.of(ConnectionSpec.MODERN_TLS));
    tls.of(settings)
        .ifPresent(own -> builder.sslSocketFactory(own.socketFactory(), own.trustManager()));
    if (!settings.verify()) {
      builder.hostnameVerifier((host, session) -> true);
    }
    if (!settings.http2()) {
      builder.protocols(List.of(Protocol.HTTP_1_1));
    }
    return builder.build();
  }

  /**
   * The request that asks a proxy for a tunnel; asked a second time, it does not want us. What else
   * is answered with 407 was answered by a server behind the tunnel, which must not get this.
   */
  private @Nullable Request tunnel(Route route, Response challenge) {
    Optional<String> shown = network.proxies().authorization(route.proxy());
    Request asked = challenge.request();
    boolean first = asked.header(PROXY_AUTHORIZATION) == null;
    return shown.isEmpty() || !first || !asked.method().equals("CONNECT")
        ? null
        : asked.newBuilder().header(PROXY_AUTHORIZATION, shown.get()).build();
  }

  private Response onConnection(Interceptor.Chain chain) throws IOException {
    Request request = chain.request();
    Route route = chain.connection().route();
    Call call = underWay.get(chain.call());
    InetAddress address = route.socketAddress().getAddress();
    if (call != null && address != null && route.proxy().type() == Proxy.Type.DIRECT) {
      zones.check(call, address);
    }
    if (route.proxy().type() == Proxy.Type.HTTP && !request.isHttps()) {
      Optional<String> shown = network.proxies().authorization(route.proxy());
      if (shown.isPresent()) {
        request = request.newBuilder().header(PROXY_AUTHORIZATION, shown.get()).build();
      }
    }
    return tame(chain.proceed(request));
  }

  private static Response tame(Response response) throws IOException {
    if (response.header("Content-Length", "").startsWith("-")) {
      // OkHttp would count with it.
      throw new ProtocolException("negative Content-Length");
    }
    // With 503 OkHttp takes a zero as an order to repeat the request, which is not its matter.
    boolean immediate = response.header("Retry-After", "").matches("0+");
    return immediate ? response.newBuilder().removeHeader("Retry-After").build() : response;
  }
}
