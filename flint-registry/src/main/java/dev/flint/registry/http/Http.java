package dev.flint.registry.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.SingleDoorInputStream;
import java.io.IOException;
import java.net.ProtocolException;
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
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request and returns its one answer. It follows no redirect, decodes nothing and keeps
 * no cookies, and repeats nothing but a read on an idle connection that the server gave up: all
 * other such decisions are made above it. Thread-safe.
 */
public final class Http {
  private static final Duration CONNECT = Duration.ofSeconds(15);
  private static final Duration SILENCE = Duration.ofSeconds(60);

  private final OkHttpClient reads;
  private final OkHttpClient writes;
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
            .addNetworkInterceptor(Http::tame)
            // A write fails on an idle connection that the server dropped, so they are not kept
            // long.
            .connectionPool(new ConnectionPool(4, 5, TimeUnit.SECONDS));
    if (trust.isPresent()) {
      SSLSocketFactory factory = trust.get().socketFactory();
      X509TrustManager manager = trust.get().trustManager();
      builder.sslSocketFactory(factory, manager);
    }
    this.writes = builder.build();
    this.reads = writes.newBuilder().retryOnConnectionFailure(true).build();
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

  /**
   * Sends a request.
   *
   * @throws FlintException NETWORK if there is no answer; what the body's source throws passes
   *     through
   */
  public Reply send(Call call) throws IOException {
    OkHttpClient client = call.isRead() ? reads : writes;
    try {
      okhttp3.Call sent = client.newCall(request(call));
      Response response = sent.execute();
      return new Reply(
          call.url(),
          response.code(),
          headers(response),
          new NetworkStream(response, sent, call.url()));
    } catch (IOException e) {
      throw NetworkFailure.of(e, call.url());
    } catch (IllegalArgumentException e) {
      throw new FlintException(
          ErrorCode.PROTOCOL, "cannot send a request to " + call.url().getAuthority(), e);
    }
  }

  private Request request(Call call) {
    Request.Builder request =
        new Request.Builder()
            .url(call.url().toString())
            .method(call.method(), body(call))
            .header("User-Agent", userAgent)
            // Else OkHttp asks for gzip and hides the length and the true bytes from us.
            .header("Accept-Encoding", "identity");
    call.headers().forEach(request::header);
    return request.build();
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

  /**
   * Tells failures of the connection from failures of whoever reads, and hangs up on a server that
   * goes on sending when nobody wants more.
   */
  private static final class NetworkStream extends SingleDoorInputStream {
    /** Before or after so much of a body, OkHttp would rather read on than lose the connection. */
    private static final long WORTH_FINISHING = 64 * 1024;

    private final okhttp3.Call call;
    private final URI url;
    private final long announced;
    private long count;
    private boolean ended;

    NetworkStream(Response response, okhttp3.Call call, URI url) {
      super(response.body().byteStream());
      this.call = call;
      this.url = url;
      this.announced = announced(response);
    }

    private static long announced(Response response) {
      if (response.request().method().equals("HEAD")) {
        return 0;
      }
      long length = response.body().contentLength();
      // Of unknown length, an error is short and all else may be endless.
      return length < 0 && response.isSuccessful() ? Long.MAX_VALUE : length;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        int n = in.read(buffer, offset, length);
        ended |= n < 0;
        count += Math.max(n, 0);
        return n;
      } catch (IOException e) {
        throw NetworkFailure.of(e, url);
      }
    }

    @Override
    public void close() throws IOException {
      if (!ended && (count > WORTH_FINISHING || announced - count > WORTH_FINISHING)) {
        call.cancel();
      }
      super.close();
    }
  }
}
