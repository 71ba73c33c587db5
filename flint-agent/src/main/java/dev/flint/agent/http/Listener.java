package dev.flint.agent.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests by HTTP/1.1, with TLS or without it, and has a site answer them, each connection
 * in a thread. It is not the JDK's server, which cannot hand a connection over to another protocol.
 */
public final class Listener implements Closeable {
  /** How many requests may be answered for long, so that there are threads for others. */
  static final int LONG_ANSWERS = 8;

  private static final int MOST = 64;

  /** Of those places, for whoever was not admitted yet; more for a moment, as many may come. */
  private static final int STRANGERS = 16;

  private static final Duration MOMENT = Duration.ofSeconds(1);

  private static final int STACK = 512 * 1024;
  private static final int IDLE_SECONDS = 5;
  private static final int END_SECONDS = 5;
  private static final int BACKLOG = 32;
  private static final int REST_MILLIS = 200;
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final ServerSocket socket;
  private final @Nullable Tls tls;
  private final Site site;
  private final int strangers;
  private final Duration moment;
  private final Patience patience = new Patience(LOOK);
  private final ThreadPoolExecutor workers;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** From the oldest to the newest; guarded by itself. */
  private final Set<Connection> connections = new LinkedHashSet<>();

  private Listener(
      ServerSocket socket, @Nullable Tls tls, Site site, int strangers, Duration moment) {
    this.socket = socket;
    this.tls = tls;
    this.site = site;
    this.strangers = strangers;
    this.moment = moment;
    this.workers =
        new ThreadPoolExecutor(
            0,
            // Who was hung up on may still be busy for a moment.
            MOST + STRANGERS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Listener::thread);
    thread(this::listen).start();
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(null, work, "flint-http", STACK);
    thread.setDaemon(true);
    return thread;
  }

  /** Listens without TLS, for whoever comes; port 0 chooses a free one. */
  static Listener plain(InetSocketAddress address, Site site) throws IOException {
    return plain(address, site, MOST, MOMENT);
  }

  /** With so many places for whoever is not admitted by the site, more for a moment. */
  static Listener plain(InetSocketAddress address, Site site, int strangers, Duration moment)
      throws IOException {
    return new Listener(open(address), null, site, strangers, moment);
  }

  /**
   * Listens with TLS 1.2 and 1.3, for those whom the site admits: whoever it does not know has few
   * of the places. Port 0 chooses a free one.
   *
   * @param askClients whether clients are asked for a certificate, which they need not have
   * @throws FlintException LOCAL_IO if it cannot listen there
   */
  public static Listener secure(
      InetSocketAddress address, SSLContext tls, boolean askClients, Site site) throws IOException {
    return new Listener(open(address), new Tls(tls, askClients), site, STRANGERS, MOMENT);
  }

  private static ServerSocket open(InetSocketAddress address) throws IOException {
    ServerSocket socket = new ServerSocket();
    boolean bound = false;
    try {
      socket.bind(address, BACKLOG);
      bound = true;
      return socket;
    } catch (BindException e) {
      String host = address.getAddress().getHostAddress();
      throw new FlintException(
          ErrorCode.LOCAL_IO,
          "cannot listen on " + host + ":" + address.getPort() + ": " + e.getMessage(),
          "choose another address or port",
          e);
    } finally {
      if (!bound) {
        socket.close();
      }
    }
  }

  private void listen() {
    try {
      while (closed.getCount() > 0) {
        try {
          begin(socket.accept());
        } catch (IOException e) {
          // Closed, or the device has no more files for a moment.
          var unused = closed.await(REST_MILLIS, TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void begin(Socket client) throws IOException {
    Connection connection = new Connection(client, tls, site, patience);
    if (strangers == MOST) {
      connection.admit();
    }
    synchronized (connections) {
      if (closed.getCount() == 0 || !hasRoom()) {
        client.close();
        return;
      }
      connections.add(connection);
    }
    boolean begun = false;
    try {
      workers.execute(() -> serve(connection));
      begun = true;
    } catch (OutOfMemoryError | RejectedExecutionException e) {
      // No thread is to be had for a moment; others come to an end.
      connection.close();
    } finally {
      if (!begun) {
        forget(connection);
      }
    }
  }

  /** Makes room where there is none: who says nothing goes for one who may say something. */
  private boolean hasRoom() throws IOException {
    boolean room = connections.size() < MOST;
    long unknown = connections.stream().filter(one -> !one.isAdmitted()).count();
    if (unknown < strangers) {
      return room || end(Listener::isSilent) || end(Connection::isIdle);
    }
    return end(one -> isSilent(one) && one.age().compareTo(moment) >= 0)
        || room
        || end(Listener::isSilent)
        || end(one -> !one.isAdmitted());
  }

  private static boolean isSilent(Connection stranger) {
    return !stranger.isAdmitted() && !stranger.isAnswered();
  }

  /** Hangs up on the oldest of some. */
  private boolean end(Predicate<Connection> some) throws IOException {
    for (Connection connection : connections) {
      if (some.test(connection)) {
        connection.close();
        connections.remove(connection);
        return true;
      }
    }
    return false;
  }

  private void serve(Connection connection) {
    try {
      connection.run();
    } finally {
      forget(connection);
    }
  }

  private void forget(Connection connection) {
    synchronized (connections) {
      connections.remove(connection);
    }
  }

  /** Where it listens, with the real port. */
  public InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  @Override
  public void close() {
    List<Closeable> all = new ArrayList<>();
    all.add(socket);
    synchronized (connections) {
      closed.countDown();
      all.addAll(connections);
    }
    for (Closeable one : all) {
      try {
        one.close();
      } catch (IOException e) {
        // It is closed all the same.
      }
    }
    // What was served ends things by calls of its own, which an interrupted thread cannot make.
    workers.shutdown();
    try {
      if (!workers.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
        workers.shutdownNow();
      }
    } catch (InterruptedException e) {
      workers.shutdownNow();
      Thread.currentThread().interrupt();
    }
    patience.close();
  }
}
