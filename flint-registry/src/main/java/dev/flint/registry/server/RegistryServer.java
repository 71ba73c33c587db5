package dev.flint.registry.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * An embedded registry (OCI distribution spec 1.1): pull, push, mount, tags, referrers, delete and
 * ranges, over plain HTTP and for everybody who reaches it. Put TLS and accounts in front of it, or
 * bind it to a loopback address.
 *
 * <p>The repository {@code a/b} is the OCI image layout {@code DIR/a/b/_oci}, which other tools can
 * read while the server runs. What was answered with success survives a crash; what was not leaves
 * no trace after the next push. Unfinished uploads end with the server, and after an idle hour.
 * Blobs that only a deleted manifest used are removed when nobody has pushed to the repository or
 * looked for blobs in it for ten minutes, or on {@link #close}.
 */
public final class RegistryServer implements AutoCloseable {
  private static final int THREADS = 64;
  private static final int BACKLOG = 128;
  private static final int SECONDS_TO_END = 5;

  private final HttpServer http;
  private final ExecutorService workers;
  private final ScheduledExecutorService housekeeper;
  private final Repositories repositories;
  private final UploadSessions sessions;
  private final ClientWatch watch = new ClientWatch();
  private final Router router;
  private final Consumer<String> log;

  private RegistryServer(HttpServer http, Path folder, Consumer<String> log, Clock clock) {
    this.http = http;
    this.log = log;
    this.repositories = new Repositories(folder, clock);
    this.sessions = new UploadSessions(clock);
    this.router = new Router(repositories, sessions);
    this.workers = Executors.newFixedThreadPool(THREADS, daemons("registry"));
    this.housekeeper = Executors.newScheduledThreadPool(2, daemons("registry-housekeeper"));
  }

  /**
   * Starts a registry that logs nothing.
   *
   * @param listen where to listen; port 0 chooses a free one
   * @param folder where the repositories are or will be; made if it is not there
   */
  public static RegistryServer start(InetSocketAddress listen, Path folder) throws IOException {
    return start(listen, folder, line -> {});
  }

  /**
   * Starts a registry.
   *
   * @param log takes one line for each request: method, path, status, milliseconds, and the cause
   *     if the server failed; called by many threads
   */
  public static RegistryServer start(InetSocketAddress listen, Path folder, Consumer<String> log)
      throws IOException {
    return start(listen, folder, log, Clock.systemUTC());
  }

  static RegistryServer start(
      InetSocketAddress listen, Path folder, Consumer<String> log, Clock clock) throws IOException {
    Path absolute = folder.toAbsolutePath();
    Files.createDirectories(absolute);
    sendAtOnce();
    RegistryServer server =
        new RegistryServer(HttpServer.create(listen, BACKLOG), absolute, log, clock);
    server.start();
    return server;
  }

  /**
   * Up to JDK 17 at least, headers and body go in two packets, and the second waits some 40 ms for
   * the client to confirm the first, unless this property is set before the first server starts.
   */
  private static void sendAtOnce() {
    String property = "sun.net.httpserver.nodelay";
    if (System.getProperty(property) == null) {
      System.setProperty(property, "true");
    }
  }

  private static ThreadFactory daemons(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  private void start() {
    http.setExecutor(task -> workers.execute(watch.watched(task)));
    http.createContext("/", this::serve);
    http.start();
    repeat(this::keepHouse, Duration.ofMinutes(1));
    repeat(watch::tick, ClientWatch.TICK);
  }

  private void repeat(Runnable task, Duration pause) {
    long nanos = pause.toNanos();
    // Neither task throws.
    var unused = housekeeper.scheduleWithFixedDelay(task, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** Where it listens, with the real port. */
  public InetSocketAddress address() {
    return http.getAddress();
  }

  private void serve(HttpExchange exchange) {
    watch.headIsComplete();
    long start = System.nanoTime();
    String failure = "";
    try (Call call = new Call(exchange, watch)) {
      try {
        failure = answer(call);
      } finally {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        log.accept(
            String.format(
                Locale.ROOT,
                "%s %s %d %d ms%s",
                call.method(),
                exchange.getRequestURI().toASCIIString(),
                call.status(),
                millis,
                failure));
      }
    }
  }

  /** Answers, whatever happens. Returns what the log should say about a failure. */
  private String answer(Call call) {
    try {
      try {
        router.serve(call);
        return "";
      } catch (Refusal e) {
        call.answer(e.reply());
        return "";
      }
    } catch (IOException | RuntimeException e) {
      if (call.status() == 0) {
        tryAnswer(call, ErrorReply.of(e));
      }
      // The message may quote what the client sent.
      return " " + e.toString().replaceAll("\\p{Cntrl}", "?");
    }
  }

  private static void tryAnswer(Call call, ErrorReply reply) {
    try {
      call.answer(reply);
    } catch (IOException e) {
      // The client is gone; nobody is left to tell.
    }
  }

  /** What needs no request to happen. Package-private so that tests need not wait. */
  void keepHouse() {
    keep(sessions::expire);
    for (Repository repository : repositories.opened()) {
      keep(repository::collectIfQuiet);
    }
  }

  private void keep(Chore chore) {
    try {
      chore.run();
    } catch (IOException | RuntimeException e) {
      log.accept("housekeeping failed: " + e);
    }
  }

  private interface Chore {
    void run() throws IOException;
  }

  /** Stops listening, cuts requests that are under way, and leaves the folder in order. */
  @Override
  public void close() throws IOException {
    http.stop(0);
    housekeeper.shutdownNow();
    workers.shutdown();
    try {
      if (!workers.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS)) {
        workers.shutdownNow();
        workers.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS);
      }
      housekeeper.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sessions.close();
    repositories.close();
  }
}
