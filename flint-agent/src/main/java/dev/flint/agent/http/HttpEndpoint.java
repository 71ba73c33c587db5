package dev.flint.agent.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Tells over HTTP what the agent does (docs/agent.md). It listens on loopback only, asks nobody for
 * a password and changes nothing. A request head that takes too long, and a client that does not
 * take its answer, are cut off.
 */
public final class HttpEndpoint implements Closeable {
  private static final int FOLLOWERS = 8;
  private static final int THREADS = FOLLOWERS + 4;
  private static final int STACK = 512 * 1024;
  private static final int IDLE_SECONDS = 5;
  private static final int BACKLOG = 32;
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final HttpServer http;
  private final ThreadPoolExecutor workers;
  private final SlowClients clients;
  private final Pages pages;

  private HttpEndpoint(HttpServer http, AgentView view) {
    this.http = http;
    this.clients = new SlowClients(LOOK);
    this.pages = new Pages(view, new Followers(FOLLOWERS));
    this.workers =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            HttpEndpoint::thread);
    workers.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(null, work, "flint-http", STACK);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Listens.
   *
   * @param listen {@code HOST:PORT}; port 0 chooses a free one
   * @throws FlintException USAGE if it is no address, POLICY if it is not loopback, LOCAL_IO if the
   *     port is taken
   */
  public static HttpEndpoint start(String listen, AgentView view) throws IOException {
    InetSocketAddress address = ListenAddress.parse(listen);
    limit();
    HttpServer http;
    try {
      http = HttpServer.create(address, BACKLOG);
    } catch (BindException e) {
      throw new FlintException(
          ErrorCode.LOCAL_IO,
          "cannot listen on " + listen + ": " + e.getMessage(),
          "choose another port by --listen, or none",
          e);
    }
    HttpEndpoint endpoint = new HttpEndpoint(http, view);
    http.setExecutor(endpoint.workers);
    http.createContext("/", endpoint::serve);
    http.start();
    return endpoint;
  }

  /** What the JDK's server reads once, when the first one is made. */
  private static void limit() {
    // Seconds in which a request must be there.
    System.setProperty("sun.net.httpserver.maxReqTime", "5");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "8");
    System.setProperty("jdk.httpserver.maxConnections", "64");
    // Else the body of an answer waits some 40 ms for the client to confirm its head.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private void serve(HttpExchange exchange) throws IOException {
    Call call = new Call(exchange, clients);
    boolean whole = false;
    try {
      pages.serve(call);
      call.end();
      whole = true;
    } finally {
      if (!whole) {
        call.abandon();
      }
    }
  }

  /** Where it listens, with the real port. */
  public InetSocketAddress address() {
    return http.getAddress();
  }

  @Override
  public void close() {
    http.stop(0);
    workers.shutdownNow();
    clients.close();
  }
}
