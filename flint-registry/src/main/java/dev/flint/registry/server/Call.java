package dev.flint.registry.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request and its answer. Confined to the thread that serves it. */
final class Call implements AutoCloseable {
  private final HttpExchange exchange;
  private final ClientWatch watch;
  private final RequestBody body;
  private @Nullable WatchedOutputStream out;
  private int status;

  Call(HttpExchange exchange, ClientWatch watch) {
    this.exchange = exchange;
    this.watch = watch;
    this.body = new RequestBody(exchange.getRequestBody(), announced(exchange), watch);
    with("Docker-Distribution-API-Version", "registry/2.0");
  }

  private static long announced(HttpExchange exchange) {
    String length = exchange.getRequestHeaders().getFirst("Content-Length");
    boolean chunked = exchange.getRequestHeaders().containsKey("Transfer-Encoding");
    try {
      if (chunked) {
        return -1;
      }
      // RFC 9112, section 6.3: without either header there is no body.
      return length == null ? 0 : Long.parseLong(length.trim());
    } catch (NumberFormatException e) {
      // The JDK's server has refused such a request before.
      return -1;
    }
  }

  String method() {
    return exchange.getRequestMethod();
  }

  /** Whether this is a HEAD request, whose answer has no body. */
  boolean isHead() {
    return method().equals("HEAD");
  }

  /** The path as it was sent, percent-encoded, without the query. */
  String path() {
    return Optional.ofNullable(exchange.getRequestURI().getRawPath()).orElse("");
  }

  /** A request header. */
  Optional<String> header(String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).map(String::trim);
  }

  /** A parameter of the query, the first of its name. */
  Optional<String> query(String name) throws Refusal {
    String query = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals >= 0 && decode(pair.substring(0, equals)).equals(name)) {
        return Optional.of(decode(pair.substring(equals + 1)));
      }
    }
    return Optional.empty();
  }

  /**
   * Undoes percent-encoding. A plus stays a plus: media types have them, and nothing in this API
   * has spaces.
   */
  static String decode(String text) throws Refusal {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, Problem.UNSUPPORTED, "the address is not well percent-encoded");
    }
  }

  /** The body of the request. */
  RequestBody body() {
    return body;
  }

  /** Sets a header of the answer. */
  Call with(String name, String value) {
    exchange.getResponseHeaders().set(name, value);
    return this;
  }

  /** The status that was answered; 0 before. */
  int status() {
    return status;
  }

  /** The bytes of the answer's body that were sent. */
  long sent() {
    return out == null ? 0 : out.count();
  }

  /** Answers without a body. */
  void answer(int newStatus) throws IOException {
    send(newStatus, -1);
  }

  /** Answers with a small body; HEAD gets only its length. */
  void answer(int newStatus, String type, byte[] content) throws IOException {
    with("Content-Type", type);
    try (OutputStream out = answer(newStatus, content.length)) {
      if (!isHead()) {
        out.write(content);
      }
    }
  }

  /** Answers with a body of exactly {@code length} bytes that the caller writes, unless HEAD. */
  OutputStream answer(int newStatus, long length) throws IOException {
    if (isHead() || newStatus == 304) {
      with("Content-Length", Long.toString(length));
      send(newStatus, -1);
      return OutputStream.nullOutputStream();
    }
    // For the JDK 0 means "length unknown" and -1 means "no bytes".
    send(newStatus, length == 0 ? -1 : length);
    if (length == 0) {
      return OutputStream.nullOutputStream();
    }
    WatchedOutputStream answer =
        new WatchedOutputStream(exchange.getResponseBody(), watch, body, length, exchange::close);
    out = answer;
    return answer;
  }

  private void send(int newStatus, long length) throws IOException {
    if (length < 0) {
      // The JDK ends the exchange with the head of such an answer.
      body.drain();
    }
    if (exchange instanceof HttpsExchange && !body.isAtEnd()) {
      // The next request may come in one packet with the rest of this body. The JDK's server would
      // have both and wait for more: what is still encrypted does not count as there.
      with("Connection", "close");
    }
    status = newStatus;
    exchange.sendResponseHeaders(newStatus, length);
  }

  /** Answers with an error. */
  void answer(ErrorReply error) throws IOException {
    answer(error.status(), "application/json", error.bytes());
  }

  /** Ends the exchange; an unfinished answer closes the connection. */
  @Override
  public void close() {
    // The JDK reads some of the request first.
    try (ClientWatch.Wait wait = watch.rest()) {
      exchange.close();
    }
  }
}
