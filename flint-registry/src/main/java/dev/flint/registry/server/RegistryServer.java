package dev.flint.registry.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.transfer.GrowingPause;
import dev.flint.oci.transfer.Pause;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * An embedded registry (OCI distribution spec 1.1): pull, push, mount, tags, referrers, delete and
 * ranges; over plain HTTP and for everybody who reaches it, unless its {@link ServerSettings} say
 * otherwise.
 *
 * <p>The repository {@code a/b} is the OCI image layout {@code DIR/a/b/_oci}, which other tools can
 * read while the server runs. What was answered with success survives a crash; what was not leaves
 * no trace after the next push. Unfinished uploads end with the server, and after an idle hour.
 * Blobs that only a deleted manifest used are removed when nobody has pushed to the repository or
 * looked for blobs in it for ten minutes, or on {@link #close}; a cache sweeps what is old every
 * hour.
 */
public final class RegistryServer implements AutoCloseable {
  /** A pull takes one as long as it lasts. */
  private static final int THREADS = 128;

  private static final int SECONDS_IDLE = 30;

  /** Blobs that come from an upstream registry at the same time. */
  private static final int DOWNLOADS = 8;

  /** Of the threads, those that may wait for an upstream registry. */
  private static final int WAITERS = 96;

  private static final int BACKLOG = 128;
  private static final int SECONDS_TO_END = 5;

  private final HttpServer http;
  private final ExecutorService workers;
  private final ExecutorService downloaders;
  private final ScheduledExecutorService housekeeper;
  private final Repositories repositories;
  private final UploadSessions sessions;
  private final Optional<CacheSweep> cacheSweep;
  private final ClientWatch watch;
  private final Gate gate;
  private final Router router;
  private final boolean showsMetrics;
  private final Metrics metrics = new Metrics();
  private final Consumer<String> log;

  private RegistryServer(HttpServer http, Path folder, ServerSettings settings, Outside outside)
      throws IOException {
    this.http = http;
    this.log = outside.log;
    this.watch = new ClientWatch(settings.tls().isPresent());
    this.repositories = new Repositories(folder, outside.clock);
    this.sessions = new UploadSessions(outside.clock);
    this.cacheSweep =
        settings.upstream().map(up -> new CacheSweep(repositories, outside.clock, log));
    this.workers = pool(THREADS, "registry");
    this.downloaders = pool(DOWNLOADS, "registry-upstream");
    this.housekeeper = Executors.newScheduledThreadPool(2, daemons("registry-housekeeper"));
    Optional<Accounts> accounts =
        settings.htpasswd().isPresent()
            ? Optional.of(new Accounts(new HtpasswdFile(settings.htpasswd().get()), outside.clock))
            : Optional.empty();
    this.gate =
        new Gate(
            accounts,
            settings.anonymousPull(),
            settings.readOnly() || settings.upstream().isPresent());
    this.showsMetrics = settings.metrics();
    this.router = router(settings, outside);
  }

  /** What a server needs of the world around it. */
  record Outside(Consumer<String> log, Clock clock, Pause pause, FreeSpace space) {
    Outside(Consumer<String> log) {
      this(
          log,
          Clock.systemUTC(),
          new GrowingPause(),
          folder -> Files.getFileStore(folder).getUsableSpace());
    }
  }

  /** The room on the disk that a folder is on. */
  interface FreeSpace {
    /** In bytes. */
    long of(Path folder) throws IOException;
  }

  private Router router(ServerSettings settings, Outside outside) {
    Places places = new Places(WAITERS);
    LargeDocuments large = new LargeDocuments();
    Optional<BlobCache> blobs =
        settings
            .upstream()
            .map(up -> new BlobCache(up, repositories, places, downloaders, outside, metrics));
    Optional<ManifestCache> manifests =
        settings.upstream().map(up -> new ManifestCache(up, repositories, places, large, outside));
    return new Router(
        new BlobHandler(repositories, blobs),
        new UploadHandler(repositories, sessions, settings.minChunk()),
        new ManifestHandler(repositories, manifests, large),
        new TagHandler(repositories),
        new ReferrersHandler(repositories, large));
  }

  /** Threads that are made when they are needed, and end when they are not. */
  private static ExecutorService pool(int threads, String name) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            SECONDS_IDLE,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            daemons(name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Starts a registry that logs nothing.
   *
   * @param listen where to listen; port 0 chooses a free one
   * @param folder where the repositories are or will be; made if it is not there
   */
  public static RegistryServer start(InetSocketAddress listen, Path folder) throws IOException {
    return start(listen, folder, ServerSettings.OPEN, line -> {});
  }

  /**
   * Starts a registry.
   *
   * @param log takes one line for each request: method, path, status, milliseconds, and the cause
   *     if the server failed; and what an upstream registry does wrong; called by many threads
   * @throws dev.flint.oci.error.FlintException LOCAL_IO if the password file is malformed
   */
  public static RegistryServer start(
      InetSocketAddress listen, Path folder, ServerSettings settings, Consumer<String> log)
      throws IOException {
    return start(listen, folder, settings, new Outside(log));
  }

  static RegistryServer start(
      InetSocketAddress listen, Path folder, ServerSettings settings, Outside outside)
      throws IOException {
    Path absolute = folder.toAbsolutePath();
    Files.createDirectories(absolute);
    sendAtOnce();
    HttpServer http = listening(listen, settings.tls());
    try {
      RegistryServer server = new RegistryServer(http, absolute, settings, outside);
      server.start();
      return server;
    } catch (IOException e) {
      http.stop(0);
      throw e;
    }
  }

  private static HttpServer listening(InetSocketAddress listen, Optional<ServerTls> tls)
      throws IOException {
    try {
      if (tls.isEmpty()) {
        return HttpServer.create(listen, BACKLOG);
      }
      HttpsServer https = HttpsServer.create(listen, BACKLOG);
      https.setHttpsConfigurator(new HttpsConfigurator(tls.get().context()));
      return https;
    } catch (SocketException e) {
      String host = listen.getAddress().getHostAddress();
      throw new FlintException(
          ErrorCode.LOCAL_IO,
          "cannot listen on " + host + ":" + listen.getPort() + ": " + e.getMessage(),
          "choose another address or port",
          e);
    }
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
    // A task that throws is never run again.
    var unused =
        housekeeper.scheduleWithFixedDelay(
            () -> keep(task::run), nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** Where it listens, with the real port. */
  public InetSocketAddress address() {
    return http.getAddress();
  }

  private void serve(HttpExchange exchange) {
    watch.headIsComplete();
    long start = System.nanoTime();
    String failure = "";
    metrics.began();
    try (Call call = new Call(exchange, watch)) {
      try {
        failure = answer(call);
      } finally {
        metrics.ended(call);
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
        gate.admit(call);
        if (showsMetrics && call.path().equals("/metrics")) {
          metrics.serve(call, sessions.count());
        } else {
          router.serve(call);
        }
        return "";
      } catch (Refusal e) {
        call.answer(e.reply());
        return "";
      }
    } catch (IOException | RuntimeException e) {
      if (call.status() == 0) {
        tryAnswer(call, ErrorReply.of(e));
      }
      return " " + LogText.of(e);
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
    cacheSweep.ifPresent(sweep -> keep(sweep::runIfDue));
  }

  private void keep(Chore chore) {
    try {
      chore.run();
    } catch (IOException | RuntimeException | Error e) {
      // Want of memory passes, too.
      log.accept("housekeeping failed: " + LogText.of(e));
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
    // Whoever reads along is cut off then.
    downloaders.shutdownNow();
    workers.shutdown();
    // Who was interrupted before leaves the folder in order, too; it would neither wait nor write.
    boolean interrupted = Thread.interrupted();
    try {
      if (!workers.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS)) {
        workers.shutdownNow();
        workers.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS);
      }
      housekeeper.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    try {
      sessions.close();
      repositories.close();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
