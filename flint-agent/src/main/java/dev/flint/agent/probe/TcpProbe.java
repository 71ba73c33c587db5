package dev.flint.agent.probe;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * Whether something listens. Where nothing stands between, being connected is enough. A forwarded
 * port of a guest takes every connection, and drops it when the guest refuses: there, good is a
 * byte from the guest, or a connection that is still there at the end of the time. A guest that
 * answers nothing at all is found only by something to send: then good is a byte in answer, and
 * nothing else.
 */
final class TcpProbe {
  private TcpProbe() {}

  /** What is wrong, or empty. */
  static String probe(ProbeTarget target, String send, int timeoutMillis) {
    long end = System.nanoTime() + timeoutMillis * 1_000_000L;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(target.host(), target.port()), timeoutMillis);
      if (!target.forwarded() && send.isEmpty()) {
        return "";
      }
      if (!send.isEmpty()) {
        socket.getOutputStream().write(send.getBytes(StandardCharsets.UTF_8));
      }
      int left = (int) Math.max(1, (end - System.nanoTime()) / 1_000_000L);
      return answer(socket, left, !send.isEmpty());
    } catch (IOException e) {
      return "tcp probe of " + target.host() + ":" + target.port() + " failed: " + e.getMessage();
    }
  }

  private static String answer(Socket socket, int timeoutMillis, boolean wanted)
      throws IOException {
    socket.setSoTimeout(timeoutMillis);
    InputStream in = socket.getInputStream();
    try {
      return in.read() >= 0 ? "" : "tcp probe failed: connected, but closed at once";
    } catch (SocketTimeoutException e) {
      return wanted ? "tcp probe failed: no answer to what was sent" : "";
    }
  }
}
