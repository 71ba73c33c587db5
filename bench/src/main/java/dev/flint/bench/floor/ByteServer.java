package dev.flint.bench.floor;

import dev.flint.oci.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** The other end of a loopback copy: no protocol, one connection. */
final class ByteServer {
  private static final int BUFFER = 1 << 20;

  private final ServerSocketChannel door;
  private final Future<?> work;

  private interface Service {
    void serve(SocketChannel client) throws IOException;
  }

  private ByteServer(ExecutorService threads, Service service) throws IOException {
    this.door =
        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    this.work =
        threads.submit(
            () -> {
              try (door;
                  SocketChannel client = door.accept()) {
                service.serve(client);
              }
              return null;
            });
  }

  /** Reads and hashes what comes, as a registry must, and keeps nothing. */
  static ByteServer discarding(ExecutorService threads) throws IOException {
    return new ByteServer(threads, ByteServer::discard);
  }

  /** Sends a file. */
  static ByteServer sending(Path file, ExecutorService threads) throws IOException {
    return new ByteServer(threads, client -> send(file, client));
  }

  private static void discard(SocketChannel client) throws IOException {
    MessageDigest hasher = Digest.sha256Hasher();
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    while (client.read(buffer.clear()) >= 0) {
      hasher.update(buffer.flip());
    }
    hasher.digest();
  }

  private static void send(Path file, SocketChannel client) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long sent = 0;
      while (sent < channel.size()) {
        sent += channel.transferTo(sent, channel.size() - sent, client);
      }
    }
  }

  /** Where to connect to it. */
  SocketChannel connect() throws IOException {
    return SocketChannel.open(door.getLocalAddress());
  }

  /** Waits until the connection is served. */
  void await() throws IOException {
    Waiting.join(work);
  }
}
