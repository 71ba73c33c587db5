package dev.flint.agent.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server of one site, and a client that sends what it likes. */
public final class EchoSocket implements Closeable {
  private final Listener listener;
  private final Socket socket;

  /** Connects to a site. */
  public EchoSocket(Site site) throws IOException {
    listener = Listener.plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), site);
    socket = connect();
    socket.setSoTimeout(60_000);
  }

  /** Another client's connection. */
  public Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), listener.address().getPort());
  }

  /** Sends a request; says its answer's head. */
  public String ask(String... lines) throws IOException {
    send((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = socket.getInputStream().read();
      if (b < 0) {
        break;
      }
      head.append((char) b);
    }
    return head.toString();
  }

  /** Sends bytes as they are. */
  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** What the server says. */
  public InputStream in() throws IOException {
    return socket.getInputStream();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    listener.close();
  }
}
