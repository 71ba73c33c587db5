package dev.flint.agent.kube.testing;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import dev.flint.agent.kube.api.ApiAccess;
import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.Credential;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A Kubernetes API server on a free loopback port, with all objects in memory. It speaks HTTP/1.1;
 * it runs no controllers and schedules nothing: a test does. Thread-safe.
 */
public final class FakeApiServer implements AutoCloseable {
  private static final long STACK_BYTES = 256 * 1024;

  private final ServerSettings settings;
  private final Users users = new Users();
  private final Faults faults = new Faults();
  private final RequestLog log = new RequestLog();
  private final Watches watches;
  private final Reviews reviews;
  private final CertificateRequests certificates;
  private final Cluster cluster;
  private final ApiHandler handler;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(null, work, "fake API server", STACK_BYTES);
            thread.setDaemon(true);
            return thread;
          });
  private final int port;
  private Optional<HttpServer> server;

  /** While nobody listens at the port, so that no other program gets it. */
  private Optional<SocketChannel> place = Optional.empty();

  private FakeApiServer(ServerSettings settings) throws IOException {
    this.settings = settings;
    ObjectStore store = new ObjectStore(settings.history());
    ObjectWrites writes = new ObjectWrites(store, settings.clock());
    Deletion deletion = new Deletion(store, settings.clock());
    Lists lists = new Lists(store);
    Admission admission = new Admission(store, writes, settings.podDefaults());
    Tokens tokens = new Tokens(store, settings.clock());
    watches = new Watches(store);
    reviews = new Reviews(users, tokens);
    certificates = new CertificateRequests(store, settings.clock());
    cluster = new Cluster(store, writes, deletion, admission, lists);
    handler =
        new ApiHandler(
            new ApiRoutes(store, writes, deletion, lists, admission, tokens, reviews, certificates),
            watches,
            new Identities(users, tokens),
            users,
            faults,
            log,
            settings.clock());
    HttpServer first = listen(0);
    server = Optional.of(first);
    port = first.getAddress().getPort();
  }

  /** Starts one as usual. */
  public static FakeApiServer start() throws IOException {
    return start(ServerSettings.usual());
  }

  /** Starts one. */
  public static FakeApiServer start(ServerSettings settings) throws IOException {
    // Else each line of a watch may wait 40 ms for the acknowledgement of the one before.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    return new FakeApiServer(settings);
  }

  private HttpServer listen(int port) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    HttpServer http;
    if (settings.tls().isPresent()) {
      HttpsServer https = HttpsServer.create(address, 1024);
      https.setHttpsConfigurator(settings.tls().get().configurator());
      http = https;
    } else {
      http = HttpServer.create(address, 1024);
    }
    http.createContext("/", handler);
    http.setExecutor(threads);
    http.start();
    return http;
  }

  /** Where it is, without a slash at the end; the same after {@link #comeBack}. */
  public String url() {
    return (settings.tls().isPresent() ? "https" : "http") + "://127.0.0.1:" + port;
  }

  /** A client that says nothing of who it is. */
  public ApiClient client() throws IOException {
    return new ApiClient(
        new ApiAccess(URI.create(url()), Optional.empty(), true, "", new Credential.Nobody()),
        "test");
  }

  /** The objects. */
  public Cluster cluster() {
    return cluster;
  }

  /** Who may come in, and what they may do. */
  public Users users() {
    return users;
  }

  /** What is to go wrong. */
  public Faults faults() {
    return faults;
  }

  /** What was asked. */
  public RequestLog log() {
    return log;
  }

  /** The open watches. */
  public Watches watches() {
    return watches;
  }

  /** What reviews of tokens and of rights say. */
  public Reviews reviews() {
    return reviews;
  }

  /** Who signs certificates. */
  public CertificateRequests certificates() {
    return certificates;
  }

  /** Closes all connections and listens no more, until {@link #comeBack}; objects stay. */
  public synchronized void goAway() {
    if (server.isPresent()) {
      stop();
      hold();
    }
  }

  private void stop() {
    faults.clear();
    watches.cut();
    server.ifPresent(http -> http.stop(0));
    server = Optional.empty();
  }

  /** Whoever connects there is refused. */
  private void hold() {
    try {
      SocketChannel bound = SocketChannel.open();
      place = Optional.of(bound);
      // So that there may be two, of which one listens later.
      bound.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void letGo() {
    try {
      if (place.isPresent()) {
        place.get().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    place = Optional.empty();
  }

  /** Listens again, at the same port. */
  public synchronized void comeBack() throws IOException {
    if (server.isEmpty()) {
      server = Optional.of(listen(port));
      letGo();
    }
  }

  @Override
  public synchronized void close() {
    stop();
    letGo();
    threads.shutdownNow();
  }
}
