package dev.flint.registry.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy between a client and the servers of this machine: whatever host is asked for, it connects
 * to loopback. Remembers what it was asked.
 */
public final class TunnelProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final String refusal;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<String> heads = new CopyOnWriteArrayList<>();

  private TunnelProxy(ServerSocket listener, String refusal) {
    this.listener = listener;
    this.refusal = refusal;
  }

  /** Starts one that serves everybody. */
  public static TunnelProxy start() throws IOException {
    return start("");
  }

  /** Starts one that gives everybody this answer, such as {@code 403 Forbidden}. */
  public static TunnelProxy start(String refusal) throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    TunnelProxy proxy = new TunnelProxy(listener, refusal);
    proxy.thread(proxy::accept);
    return proxy;
  }

  /** {@code HOST:PORT}. */
  public String host() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** Its port. */
  public int port() {
    return listener.getLocalPort();
  }

  /** The first line of every request. */
  public List<String> requests() {
    return heads.stream().map(head -> head.lines().findFirst().orElse("")).toList();
  }

  /** Every request's head as it came. */
  public List<String> heads() {
    return List.copyOf(heads);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        sockets.add(socket);
        thread(() -> serve(socket));
      } catch (IOException e) {
        // Closed: the loop ends.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      String head = FaultServer.readHead(client.getInputStream());
      heads.add(head);
      if (!refusal.isEmpty()) {
        send(client, "HTTP/1.1 " + refusal + "\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      String target = head.split(" ", 3)[1];
      boolean tunnel = head.startsWith("CONNECT ");
      String authority = target.replaceFirst("^http://", "").replaceFirst("/.*", "");
      int port = Integer.parseInt(authority.substring(authority.lastIndexOf(':') + 1));
      try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
        sockets.add(server);
        if (tunnel) {
          send(client, "HTTP/1.1 200 Connection established\r\n\r\n");
        } else {
          send(server, head.replaceFirst("http://[^/]*", ""));
        }
        Thread back = thread(() -> copy(server, client));
        copy(client, server);
        back.join();
      }
    } catch (IOException e) {
      // One side went away.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(Socket to, String text) throws IOException {
    to.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
      to.shutdownOutput();
    } catch (IOException e) {
      // The other direction ends too.
    }
  }

  private Thread thread(Runnable work) {
    Thread thread = new Thread(work, "tunnel-proxy");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
