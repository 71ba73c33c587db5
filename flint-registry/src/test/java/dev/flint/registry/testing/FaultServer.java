package dev.flint.registry.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP server that a test scripts down to the byte, for what no real server would do: bodies
 * that are cut, endless or longer than announced. On a free loopback port.
 */
public final class FaultServer implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;

  private final ServerSocket listener;
  private final Script script;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();

  /** What to do with one request; the connection is closed when it returns. */
  public interface Script {
    void serve(Exchange exchange) throws IOException;
  }

  private FaultServer(ServerSocket listener, Script script) {
    this.listener = listener;
    this.script = script;
  }

  /** Starts one. */
  public static FaultServer start(Script script) throws IOException {
    FaultServer server =
        new FaultServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
    server.thread("fault-server", server::accept);
    return server;
  }

  /** {@code HOST:PORT} as in image references. */
  public String host() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** Method and target of every request, in the order they came. */
  public List<String> requests() {
    return exchanges.stream().map(Exchange::toString).toList();
  }

  /** How many connections there were. */
  public int connections() {
    return sockets.size();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        socket.setSoTimeout(PATIENCE_MILLIS);
        sockets.add(socket);
        thread("fault-connection", () -> serve(socket));
      } catch (IOException e) {
        // Closed: the loop ends.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      script.serve(nextOn(socket));
    } catch (IOException e) {
      // The client went away, which is what many of the scripts are about.
    } catch (RuntimeException | Error e) {
      failures.add(e);
    }
  }

  private Exchange nextOn(Socket socket) throws IOException {
    Exchange exchange = Exchange.read(socket, this::nextOn);
    exchanges.add(exchange);
    return exchange;
  }

  private void thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  /** Ends all connections; fails if a script did. */
  @Override
  public void close() throws IOException {
    List<Closeable> all = new ArrayList<>(sockets);
    all.add(0, listener);
    for (Closeable one : all) {
      one.close();
    }
    try {
      for (Thread thread : threads) {
        thread.join(PATIENCE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!failures.isEmpty()) {
      throw new AssertionError("a script failed", failures.get(0));
    }
  }

  /** Reads the head of a request, byte by byte, so that no byte of its body is taken. */
  static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the client ended before its request did");
      }
      head.append((char) next);
    }
    return head.toString();
  }
}
