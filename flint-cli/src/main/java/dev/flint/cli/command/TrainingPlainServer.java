package dev.flint.cli.command;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Answers whoever speaks TLS as most registries without it do: at once and in plain text. Flint's
 * own takes the hello for half a request and waits, which each attempt would.
 */
final class TrainingPlainServer implements AutoCloseable {
  private static final byte[] ANSWER =
      "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());

  TrainingPlainServer() throws IOException {
    Thread thread = new Thread(this::answer, "training-plain");
    thread.setDaemon(true);
    thread.start();
  }

  String host() {
    return "localhost:" + server.getLocalPort();
  }

  private void answer() {
    while (!server.isClosed()) {
      try (Socket client = server.accept();
          OutputStream out = client.getOutputStream()) {
        out.write(ANSWER);
        // What the client sent is read, as closing would reset the connection before it has ours.
        client.shutdownOutput();
        client.getInputStream().transferTo(OutputStream.nullOutputStream());
      } catch (IOException e) {
        // Closed, or this client is gone.
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
