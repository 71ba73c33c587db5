package dev.flint.registry.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.CookieJar;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request and returns its one answer. It follows no redirect, repeats nothing, decodes
 * nothing and keeps no cookies: those decisions are made above it. Thread-safe.
 */
public final class Http {
  private static final Duration CONNECT = Duration.ofSeconds(15);
  private static final Duration SILENCE = Duration.ofSeconds(60);

  private final OkHttpClient client;
  private final String userAgent;

  /**
   * A client.
   *
   * @param trust additional trust, where the user named a CA file
   */
  public Http(String userAgent, Optional<CaTrust> trust) {
    this.userAgent = userAgent;
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(false)
            .cookieJar(CookieJar.NO_COOKIES)
            .connectTimeout(CONNECT)
            .readTimeout(SILENCE)
            .writeTimeout(SILENCE)
            .pingInterval(Duration.ofSeconds(20))
            // Without repetition an idle connection that the server dropped would fail a request.
            .connectionPool(new ConnectionPool(4, 5, TimeUnit.SECONDS));
    if (trust.isPresent()) {
      SSLSocketFactory factory = trust.get().socketFactory();
      X509TrustManager manager = trust.get().trustManager();
      builder.sslSocketFactory(factory, manager);
    }
    this.client = builder.build();
  }

  /**
   * Sends a request.
   *
   * @throws FlintException NETWORK if there is no answer; what the body's source throws passes
   *     through
   */
  public Reply send(Call call) throws IOException {
    Request.Builder request =
        new Request.Builder()
            .url(call.url().toString())
            .method(call.method(), body(call))
            .header("User-Agent", userAgent)
            // Else OkHttp asks for gzip and hides the length and the true bytes from us.
            .header("Accept-Encoding", "identity");
    call.headers().forEach(request::header);
    try {
      Response response = client.newCall(request.build()).execute();
      return new Reply(
          call.url(),
          response.code(),
          headers(response),
          new NetworkStream(response.body().byteStream(), call.url()));
    } catch (IOException e) {
      throw NetworkFailure.of(e, call.url());
    } catch (IllegalArgumentException e) {
      throw new FlintException(
          ErrorCode.PROTOCOL, "cannot send a request to " + call.url().getAuthority(), e);
    }
  }

  private static Map<String, List<String>> headers(Response response) {
    return response.headers().toMultimap();
  }

  private static @Nullable RequestBody body(Call call) {
    if (call.body().isPresent()) {
      return call.body().get().toOkHttp();
    }
    return call.isRead() ? null : Body.empty();
  }

  /** Tells failures of the connection from failures of whoever reads. */
  private static final class NetworkStream extends FilterInputStream {
    private final URI url;

    NetworkStream(InputStream in, URI url) {
      super(in);
      this.url = url;
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (IOException e) {
        throw NetworkFailure.of(e, url);
      }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        return super.read(buffer, offset, length);
      } catch (IOException e) {
        throw NetworkFailure.of(e, url);
      }
    }
  }
}
