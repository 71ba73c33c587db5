package dev.flint.registry.http;

import dev.flint.registry.settings.LinkSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.net.SocketFactory;
import okhttp3.Dns;

/**
 * A request that is answered from memory, to have all loaded that the first request of a process
 * loads: of some 100 ms that it would take otherwise, the second takes a few. It looks up {@code
 * localhost} and connects to nothing.
 */
public final class Rehearsal {
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{}"
          .getBytes(StandardCharsets.US_ASCII);

  private Rehearsal() {}

  /**
   * Sends the request.
   *
   * @return the body of its answer, a document
   */
  public static byte[] run() throws IOException {
    Network network = Network.plain();
    Clients clients = new Clients(network, settings -> Optional.empty(), Dns.SYSTEM, new Sockets());
    Http http = new Http("flint", network, clients, LinkSettings.DEFAULT);
    Call call = Call.of("GET", URI.create("http://localhost/v2/")).header("Accept", "*/*");
    try (Reply reply = http.send(call)) {
      return reply.body().readAllBytes();
    }
  }

  private static final class Sockets extends SocketFactory {
    @Override
    public Socket createSocket() throws IOException {
      Socket socket = new Answered();
      socket.setTcpNoDelay(true);
      return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return createSocket();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress address, int port) throws IOException {
      return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort)
        throws IOException {
      return createSocket();
    }
  }

  /** Never connected. */
  private static final class Answered extends Socket {
    private final InputStream answer = new ByteArrayInputStream(ANSWER);

    @Override
    public void connect(SocketAddress address, int timeout) {}

    @Override
    public InputStream getInputStream() {
      return answer;
    }

    @Override
    public OutputStream getOutputStream() {
      return OutputStream.nullOutputStream();
    }
  }
}
