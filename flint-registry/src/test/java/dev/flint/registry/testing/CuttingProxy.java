package dev.flint.registry.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bad and long link to a server: it resets each connection after a random number of bytes, both
 * ways together, and loses what is on its way then. Counts what goes in towards the server, as that
 * is what a push costs, and what comes out towards the client.
 */
public final class CuttingProxy implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;

  private final ServerSocket listener;
  private final InetSocketAddress server;
  private final Random random;
  private final long least;
  private final long most;
  private final Duration delay;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicLong up = new AtomicLong();
  private final AtomicLong down = new AtomicLong();
  private final AtomicInteger cuts = new AtomicInteger();

  private CuttingProxy(
      ServerSocket listener,
      InetSocketAddress server,
      long seed,
      long least,
      long most,
      Duration delay) {
    this.listener = listener;
    this.server = server;
    this.random = new Random(seed);
    this.least = least;
    this.most = most;
    this.delay = delay;
  }

  /**
   * Starts one on a free loopback port.
   *
   * @param least the fewest bytes of a connection
   * @param most the most bytes of a connection
   * @param delay how long each byte is on its way, in either direction
   */
  public static CuttingProxy start(
      InetSocketAddress server, long seed, long least, long most, Duration delay)
      throws IOException {
    ServerSocket listener = new ServerSocket();
    // What waits in the system's buffers has not passed the link.
    listener.setReceiveBufferSize(BUFFER);
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    CuttingProxy proxy = new CuttingProxy(listener, server, seed, least, most, delay);
    daemon(proxy::accept);
    return proxy;
  }

  /** {@code HOST:PORT} as in image references. */
  public String host() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** Bytes that the client sent, headers and what was lost included. */
  public long up() {
    return up.get();
  }

  /** Bytes that reached the client, headers included. */
  public long down() {
    return down.get();
  }

  /** How many connections were cut. */
  public int cuts() {
    return cuts.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        client.setSendBufferSize(BUFFER);
        Socket upstream = new Socket();
        upstream.setSendBufferSize(BUFFER);
        sockets.add(client);
        sockets.add(upstream);
        upstream.connect(server);
        AtomicLong left = new AtomicLong(least + (long) (random.nextDouble() * (most - least)));
        pass(client, upstream, left, up, new AtomicLong());
        pass(upstream, client, left, new AtomicLong(), down);
      } catch (IOException e) {
        // Closed, or the server is down: the loop ends, or the next connection has more luck.
      }
    }
  }

  private void pass(Socket from, Socket to, AtomicLong left, AtomicLong in, AtomicLong out) {
    DelayLine line = new DelayLine(delay);
    daemon(() -> fill(from, to, left, line, in));
    daemon(() -> drain(line, from, to, out));
  }

  private void fill(Socket from, Socket to, AtomicLong left, DelayLine line, AtomicLong count) {
    byte[] buffer = new byte[BUFFER];
    try {
      InputStream in = from.getInputStream();
      int n;
      while ((n = in.read(buffer)) >= 0) {
        long after = left.addAndGet(-n);
        int pass = (int) Math.max(0, Math.min(n, after + n));
        count.addAndGet(pass);
        if (after <= 0) {
          cut(from, to);
          return;
        }
        line.put(buffer, n);
      }
    } catch (IOException | InterruptedException e) {
      close(from);
      close(to);
    } finally {
      line.end();
    }
  }

  private static void drain(DelayLine line, Socket from, Socket to, AtomicLong count) {
    try {
      line.deliver(to.getOutputStream(), count);
      to.shutdownOutput();
    } catch (IOException | InterruptedException e) {
      line.breakOff();
      close(from);
      close(to);
    }
  }

  private void cut(Socket from, Socket to) throws IOException {
    cuts.incrementAndGet();
    from.setSoLinger(true, 0);
    to.setSoLinger(true, 0);
    close(from);
    close(to);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone.
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "cutting-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    sockets.forEach(CuttingProxy::close);
  }
}
