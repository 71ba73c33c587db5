package dev.flint.registry.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.SingleDoorInputStream;
import dev.flint.registry.settings.LinkSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.Dns;
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
  private final Network network;
  private final Clients clients;
  private final StallWatch stalls;
  private final String userAgent;

  /** A client. */
  public Http(String userAgent, Network network) {
    this(userAgent, network, Dns.SYSTEM);
  }

  /** A client that asks another name server. */
  Http(String userAgent, Network network, Dns dns) {
    this(userAgent, network, CaTrust::of, dns, network.settings().link());
  }

  /**
   * A client without settings.
   *
   * @param trust additional trust
   */
  public Http(String userAgent, Optional<CaTrust> trust) {
    this(userAgent, trust, LinkSettings.DEFAULT.stallTimeout());
  }

  /** A client that waits so long for a step of the other side. */
  Http(String userAgent, Optional<CaTrust> trust, Duration silence) {
    this(
        userAgent,
        Network.plain(),
        settings -> trust,
        Dns.SYSTEM,
        LinkSettings.DEFAULT.stallTimeout(silence));
  }

  private Http(
      String userAgent, Network network, Clients.TlsSource tls, Dns dns, LinkSettings link) {
    this(userAgent, network, new Clients(network, tls, dns, new PromptSockets()), link);
  }

  /** A client over given connections. */
  Http(String userAgent, Network network, Clients clients, LinkSettings link) {
    this.userAgent = userAgent;
    this.network = network;
    this.clients = clients;
    this.stalls = new StallWatch(link.stallTimeout(), link.minRate());
  }

  /**
   * Sends a request.
   *
   * @throws FlintException NETWORK if there is no answer; what the body's source throws passes
   *     through
   */
  public Reply send(Call call) throws IOException {
    StallWatch.Wait wait = stalls.newWait();
    try {
      RateLimit limit = network.limit(call);
      okhttp3.Call sent = clients.prepare(call, request(call, wait, limit));
      return reply(call, sent, wait, limit);
    } catch (IllegalArgumentException e) {
      throw new FlintException(
          ErrorCode.PROTOCOL, "cannot send a request to " + call.url().getAuthority(), e);
    }
  }

  /** Ends all requests that are under way: they and the bodies of their answers fail. */
  public void cancel() {
    stalls.cancelAll();
  }

  private Reply reply(Call call, okhttp3.Call sent, StallWatch.Wait wait, RateLimit limit)
      throws IOException {
    stalls.watch(sent, wait);
    wait.begin();
    try {
      Response response = clients.execute(sent, call);
      wait.end();
      return new Reply(
          call.url(),
          response.code(),
          headers(response),
          new NetworkStream(response, sent, wait, limit, failures(call)));
    } catch (IOException e) {
      wait.close();
      throw failures(call).of(wait.cause(e));
    } catch (RuntimeException | Error e) {
      wait.close();
      throw e;
    }
  }

  private NetworkFailure failures(Call call) {
    return new NetworkFailure(call.url(), network.proxies().on(call.url()));
  }

  private Request request(Call call, StallWatch.Wait wait, RateLimit limit) {
    Request.Builder request =
        new Request.Builder()
            .url(call.url().toString())
            .method(call.method(), body(call, wait, limit))
            .header("User-Agent", userAgent)
            // Else OkHttp asks for gzip and hides the length and the true bytes from us.
            .header("Accept-Encoding", "identity");
    call.headers().forEach(request::header);
    return request.build();
  }

  private static Map<String, List<String>> headers(Response response) {
    return response.headers().toMultimap();
  }

  private static @Nullable RequestBody body(Call call, StallWatch.Wait wait, RateLimit limit) {
    if (call.body().isPresent()) {
      return call.body().get().toOkHttp(wait, limit);
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
    private final StallWatch.Wait wait;
    private final RateLimit limit;
    private final NetworkFailure failures;
    private final long announced;
    private long count;
    private boolean ended;

    NetworkStream(
        Response response,
        okhttp3.Call call,
        StallWatch.Wait wait,
        RateLimit limit,
        NetworkFailure failures) {
      super(response.body().byteStream());
      this.call = call;
      this.wait = wait;
      this.limit = limit;
      this.failures = failures;
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
      int n = receive(buffer, offset, limit.step(length));
      limit.take(n);
      return n;
    }

    private int receive(byte[] buffer, int offset, int length) throws IOException {
      wait.begin();
      try {
        int n = in.read(buffer, offset, length);
        ended |= n < 0;
        count += Math.max(n, 0);
        wait.moved(Math.max(n, 0));
        return n;
      } catch (IOException e) {
        throw failures.of(wait.cause(e));
      } finally {
        wait.end();
      }
    }

    @Override
    public void close() throws IOException {
      if (!ended && (count > WORTH_FINISHING || announced - count > WORTH_FINISHING)) {
        call.cancel();
      }
      // OkHttp may read a little more to be able to keep the connection.
      wait.begin();
      try {
        super.close();
      } finally {
        wait.close();
      }
    }
  }
}
