package dev.flint.registry.http;

import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.CookieJar;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;

/**
 * OkHttp, set up as {@link Http} promises it. TLS is set up with the first https URL, as that takes
 * longer than a whole pull from a registry without it. Thread-safe.
 */
final class Clients {
  private static final Duration CONNECT = Duration.ofSeconds(15);

  private final Optional<CaTrust> trust;
  private final OkHttpClient plain;
  private final Map<Boolean, Pair> bySecurity = new ConcurrentHashMap<>();

  /** Clients of one pool of connections. */
  private record Pair(OkHttpClient reads, OkHttpClient writes) {
    static Pair of(OkHttpClient client) {
      return new Pair(client.newBuilder().retryOnConnectionFailure(true).build(), client);
    }
  }

  Clients(Optional<CaTrust> trust) {
    this.trust = trust;
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
            .addNetworkInterceptor(Clients::tame)
            // A write fails on an idle connection that the server dropped, so they are not kept
            // long.
            .connectionPool(new ConnectionPool(4, 5, TimeUnit.SECONDS))
            .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
            .build();
  }

  OkHttpClient clientFor(Call call) {
    boolean secure = "https".equalsIgnoreCase(call.url().getScheme());
    Pair pair = bySecurity.computeIfAbsent(secure, now -> Pair.of(now ? secure() : plain));
    return call.isRead() ? pair.reads() : pair.writes();
  }

  private OkHttpClient secure() {
    OkHttpClient.Builder builder =
        plain.newBuilder().connectionSpecs(List.of(ConnectionSpec.MODERN_TLS));
    trust.ifPresent(own -> builder.sslSocketFactory(own.socketFactory(), own.trustManager()));
    return builder.build();
  }

  private static Response tame(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    if (response.header("Content-Length", "").startsWith("-")) {
      // OkHttp would count with it.
      throw new ProtocolException("negative Content-Length");
    }
    // With 503 OkHttp takes a zero as an order to repeat the request, which is not its matter.
    boolean immediate = response.header("Retry-After", "").matches("0+");
    return immediate ? response.newBuilder().removeHeader("Retry-After").build() : response;
  }
}
