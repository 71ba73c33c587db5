package dev.flint.agent.kube.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * What an API server from 1.36 on does with the streams of its clients, if the node declares {@code
 * ExtendWebSocketsToKubelet}: it asks the kubelet in its own words and with its own rights, and
 * passes on what both say. Without TLS to the client.
 */
public final class StreamPassage implements Closeable {
  private static final Pattern ASKED =
      Pattern.compile(
          "(GET|POST) /api/v1/namespaces/([^/]+)/pods/([^/]+)/(exec|attach|portforward)"
              + "(?:\\?(\\S*))? HTTP/1.1\r\n");

  private static final byte[] NONE =
      "HTTP/1.1 404 Not Found\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final SSLContext tls;
  private final int kubelet;
  private final String token;
  private final List<Closeable> all = new CopyOnWriteArrayList<>(List.of(socket));

  /**
   * To a kubelet on loopback.
   *
   * @param tls which believes it
   * @param token of the API server's own user
   */
  public StreamPassage(int kubelet, SSLContext tls, String token) throws IOException {
    this.kubelet = kubelet;
    this.tls = tls;
    this.token = token;
    run(this::listen);
  }

  /** Where clients find it. */
  public String url() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void run(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // One of both has gone.
              }
            },
            "passage");
    thread.setDaemon(true);
    thread.start();
  }

  private void listen() throws IOException {
    while (!socket.isClosed()) {
      Socket client = socket.accept();
      all.add(client);
      run(() -> pass(client));
    }
  }

  private void pass(Socket client) throws IOException {
    try (client) {
      String head = head(client.getInputStream());
      Matcher asked = ASKED.matcher(head);
      if (!asked.lookingAt()) {
        client.getOutputStream().write(NONE);
        return;
      }
      try (Socket node =
          tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), kubelet)) {
        all.add(node);
        String fields = head.substring(asked.end()).replaceAll("(?i)Authorization:.*\r\n", "");
        String request =
            asked.group(1)
                + " "
                + path(asked)
                + " HTTP/1.1\r\nAuthorization: Bearer "
                + token
                + "\r\n"
                + fields;
        node.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        run(
            () -> {
              // Whoever of both goes, the other is let go too.
              try (node) {
                copy(client.getInputStream(), node.getOutputStream());
              }
            });
        copy(node.getInputStream(), client.getOutputStream());
      }
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("no request");
      }
      head.append((char) b);
    }
    return head.toString();
  }

  private static void copy(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[8192];
    for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
      to.write(buffer, 0, n);
      to.flush();
    }
  }

  /** As the API server's {@code streamLocation} and {@code PortForwardLocation} make it. */
  private static String path(Matcher asked) {
    StringBuilder query = new StringBuilder();
    String container = "";
    String all = asked.group(5) == null ? "" : asked.group(5);
    for (String pair : all.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      String value = parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
      switch (parts[0]) {
        case "container" -> container = "/" + value;
        case "command" -> add(query, "command", value);
        case "ports" -> add(query, "port", value);
        case "stdin" -> flag(query, "input", value);
        case "stdout" -> flag(query, "output", value);
        case "stderr" -> flag(query, "error", value);
        case "tty" -> flag(query, "tty", value);
        default -> {}
      }
    }
    String word = asked.group(4).equals("portforward") ? "portForward" : asked.group(4);
    return "/" + word + "/" + asked.group(2) + "/" + asked.group(3) + container + query;
  }

  private static void flag(StringBuilder query, String name, String value) {
    if (value.equals("true")) {
      add(query, name, "1");
    }
  }

  private static void add(StringBuilder query, String name, String value) {
    query
        .append(query.length() == 0 ? '?' : '&')
        .append(name)
        .append('=')
        .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    for (Closeable one : all) {
      one.close();
    }
  }
}
