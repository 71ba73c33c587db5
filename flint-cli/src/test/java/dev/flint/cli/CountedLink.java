package dev.flint.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A link to a server: counts the bytes that come down, and can stand still after so many. */
final class CountedLink implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final InetSocketAddress server;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private long bytes;
  private long limit = Long.MAX_VALUE;

  CountedLink(InetSocketAddress server) throws IOException {
    this.server = server;
    thread(this::accept);
  }

  /** {@code HOST:PORT} as in image references. */
  String host() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** The bytes that came down since the last {@link #drop()}. */
  synchronized long bytes() {
    return bytes;
  }

  /** Stands still once so many bytes came down. */
  synchronized void stallAfter(long newLimit) {
    limit = newLimit;
    notifyAll();
  }

  /** Waits until it stands still. */
  synchronized void awaitStall() throws InterruptedException {
    while (bytes < limit) {
      wait();
    }
  }

  /** Ends all connections, and counts from zero without a limit. */
  synchronized void drop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    sockets.clear();
    bytes = 0;
    stallAfter(Long.MAX_VALUE);
  }

  private void accept() {
    try {
      while (true) {
        Socket down = listener.accept();
        Socket up = new Socket(server.getAddress(), server.getPort());
        sockets.add(down);
        sockets.add(up);
        thread(() -> pump(down, up, false));
        thread(() -> pump(up, down, true));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void pump(Socket from, Socket to, boolean counted) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[16 * 1024];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        int sent = 0;
        while (sent < n) {
          int allowed = counted ? take(n - sent, to) : n;
          out.write(buffer, sent, allowed);
          sent += allowed;
        }
      }
    } catch (IOException | InterruptedException e) {
      // One end went away, and so does the other.
    }
  }

  private synchronized int take(int wanted, Socket to) throws IOException, InterruptedException {
    while (bytes >= limit && !to.isClosed()) {
      wait();
    }
    if (to.isClosed()) {
      throw new IOException("dropped");
    }
    int taken = (int) Math.min(wanted, limit - bytes);
    bytes += taken;
    notifyAll();
    return taken;
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(work, "link");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    drop();
  }
}
