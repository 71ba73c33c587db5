package dev.flint.registry.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A folder on a free loopback port, as object storage behind a registry is; remembers requests. */
public final class FileServer implements AutoCloseable {
  private final HttpServer server;
  private final Path folder;
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  /**
   * What was asked.
   *
   * @param headers as they came
   */
  public record Request(String method, String path, Map<String, List<String>> headers) {}

  private FileServer(HttpServer server, Path folder) {
    this.server = server;
    this.folder = folder;
  }

  /** Starts one; the folder may come into being later. */
  public static FileServer start(Path folder) throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    FileServer server = new FileServer(http, folder);
    http.createContext("/", server::serve);
    http.start();
    return server;
  }

  private void serve(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(
        new Request(exchange.getRequestMethod(), path, Map.copyOf(exchange.getRequestHeaders())));
    Path file = folder.resolve(path.substring(1));
    try (exchange) {
      if (!Files.isRegularFile(file)) {
        exchange.sendResponseHeaders(404, -1);
      } else if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", Long.toString(Files.size(file)));
        exchange.sendResponseHeaders(200, -1);
      } else {
        exchange.sendResponseHeaders(200, Files.size(file));
        Files.copy(file, exchange.getResponseBody());
      }
    }
  }

  /** Its address, with a slash at the end. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  /** All requests so far. */
  public List<Request> requests() {
    return requests;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
