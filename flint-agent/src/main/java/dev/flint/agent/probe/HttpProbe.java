package dev.flint.agent.probe;

import dev.flint.agent.pod.ProbeSpec;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One GET, of whose answer only the first line counts: 200 to 399 is good. A redirect is not
 * followed: that something answers so is what was to be found out. By hand, as any client of the
 * JDK takes classes that the agent has no other use for.
 */
final class HttpProbe {
  private static final int MAX_LINE = 1024;

  private HttpProbe() {}

  /** What is wrong, or empty. */
  static String probe(ProbeTarget target, ProbeSpec.Http http, int timeoutMillis) {
    long end = System.nanoTime() + timeoutMillis * 1_000_000L;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(target.host(), target.port()), timeoutMillis);
      socket.getOutputStream().write(request(target, http).getBytes(StandardCharsets.ISO_8859_1));
      String line = firstLine(socket, end);
      int status = status(line);
      if (status >= 200 && status < 400) {
        return "";
      }
      return status < 0
          ? "http probe failed: the answer is no HTTP"
          : "http probe failed with status code: " + status;
    } catch (IOException e) {
      return "http probe failed: " + e.getMessage();
    }
  }

  private static String request(ProbeTarget target, ProbeSpec.Http http) {
    StringBuilder out = new StringBuilder("GET ").append(http.path()).append(" HTTP/1.1\r\n");
    boolean host = false;
    boolean agent = false;
    boolean accept = false;
    for (Map.Entry<String, String> header : http.headers().entrySet()) {
      String name = header.getKey();
      host |= name.equalsIgnoreCase("Host");
      agent |= name.equalsIgnoreCase("User-Agent");
      accept |= name.equalsIgnoreCase("Accept");
      out.append(name).append(": ").append(header.getValue()).append("\r\n");
    }
    if (!host) {
      // The port in the container, as a kubelet would ask for it.
      out.append("Host: ").append(target.host()).append(':').append(http.port()).append("\r\n");
    }
    if (!agent) {
      out.append("User-Agent: flint-probe\r\n");
    }
    if (!accept) {
      out.append("Accept: */*\r\n");
    }
    return out.append("Connection: close\r\n\r\n").toString();
  }

  private static String firstLine(Socket socket, long end) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder line = new StringBuilder();
    byte[] buffer = new byte[MAX_LINE];
    while (line.length() < MAX_LINE) {
      long left = (end - System.nanoTime()) / 1_000_000L;
      if (left <= 0) {
        throw new SocketTimeoutException("no answer in time");
      }
      socket.setSoTimeout((int) Math.max(1, left));
      int count = in.read(buffer, 0, MAX_LINE - line.length());
      if (count < 0) {
        break;
      }
      line.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
      int newline = line.indexOf("\n");
      if (newline >= 0) {
        return line.substring(0, newline);
      }
    }
    return line.toString();
  }

  /** The status, or -1. */
  private static int status(String line) {
    if (!line.startsWith("HTTP/1.") || line.length() < 12 || line.charAt(8) != ' ') {
      return -1;
    }
    int status = 0;
    for (int i = 9; i < 12; i++) {
      int digit = line.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      status = status * 10 + digit;
    }
    return line.length() == 12 || line.charAt(12) <= ' ' ? status : -1;
  }
}
