package dev.flint.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Something like a registry without images, which notes what passwords it is shown. */
final class PasswordRegistry implements AutoCloseable {
  private final HttpServer server;
  private final String header;
  private final List<String> shown = new CopyOnWriteArrayList<>();

  /** Starts one with an account; one of an empty name lets in everybody. */
  PasswordRegistry(String username, String password) throws IOException {
    this.header = username.isEmpty() ? "" : header(username, password);
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v2/", this::answer);
    server.start();
  }

  /** The Authorization header of an account. */
  static String header(String username, String password) {
    byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Optional<String> given =
          Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"));
      given.ifPresent(shown::add);
      if (header.isEmpty() || given.filter(header::equals).isPresent()) {
        boolean root = exchange.getRequestURI().getPath().equals("/v2/");
        exchange.sendResponseHeaders(root ? 200 : 404, -1);
      } else {
        exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"tests\"");
        exchange.sendResponseHeaders(401, -1);
      }
    }
  }

  /** {@code HOST:PORT}. */
  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Every Authorization header that came. */
  List<String> shown() {
    return List.copyOf(shown);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
