package dev.flint.bench.machine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A link between a client and a loopback server that counts bytes and requests and may be slow
 * downwards. All connections share its rate. Counts requests of HTTP/1.1 without bodies alone.
 */
public final class LinkProxy implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;

  /** So that a slow link is slow from the first bytes on. */
  private static final int SLOW_BUFFER = 8 * 1024;

  private final ServerSocket door;
  private final int target;
  private final Pace pace;
  private final int bufferSize;
  private final ExecutorService threads;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicLong up = new AtomicLong();
  private final AtomicLong down = new AtomicLong();
  private final RequestCounter requests = new RequestCounter();

  private LinkProxy(ServerSocket door, int target, Pace pace, int bufferSize) {
    this.door = door;
    this.target = target;
    this.pace = pace;
    this.bufferSize = bufferSize;
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "link");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** A link as fast as the machine, to a port of it. */
  public static LinkProxy fast(int target) throws IOException {
    return open(target, Pace.unlimited(), BUFFER);
  }

  /** A link of so many bits a second downwards. */
  public static LinkProxy slow(int target, long bitsPerSecond) throws IOException {
    return open(target, Pace.of(bitsPerSecond), SLOW_BUFFER);
  }

  private static LinkProxy open(int target, Pace pace, int bufferSize) throws IOException {
    LinkProxy proxy =
        new LinkProxy(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target, pace, bufferSize);
    proxy.threads.execute(proxy::accept);
    return proxy;
  }

  /** {@code HOST:PORT} as in image references. */
  public String host() {
    return "127.0.0.1:" + door.getLocalPort();
  }

  /** Bytes that went to the client so far. */
  public long down() {
    return down.get();
  }

  /** Bytes that went either way so far. */
  public long total() {
    return up.get() + down.get();
  }

  /** Requests for blobs so far. */
  public long blobRequests() {
    return requests.blobs();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = track(door.accept());
        Socket server = track(new Socket(InetAddress.getLoopbackAddress(), target));
        threads.execute(
            () -> {
              RequestCounter.Reader reader = requests.newReader();
              pump(
                  client,
                  server,
                  (bytes, length) -> {
                    up.addAndGet(length);
                    reader.read(bytes, length);
                  });
            });
        threads.execute(
            () ->
                pump(
                    server,
                    client,
                    (bytes, length) -> {
                      pace.pass(length);
                      down.addAndGet(length);
                    }));
      }
    } catch (IOException | RejectedExecutionException e) {
      // The door was closed: the link is over.
    }
  }

  private Socket track(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    sockets.add(socket);
    return socket;
  }

  private interface Toll {
    void pass(byte[] bytes, int length) throws IOException;
  }

  /** Ends both sockets with the stream, as no client here half-closes. */
  private void pump(Socket from, Socket to, Toll toll) {
    byte[] buffer = new byte[bufferSize];
    try (from;
        to) {
      int length;
      while ((length = from.getInputStream().read(buffer)) >= 0) {
        toll.pass(buffer, length);
        to.getOutputStream().write(buffer, 0, length);
      }
    } catch (IOException e) {
      // One side hung up, which the other learns by its closed socket.
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    threads.shutdownNow();
  }
}
