package dev.flint.agent.http;

import com.sun.net.httpserver.HttpExchange;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request and its answer. Confined to the thread that serves it. */
final class Call {
  /** Of whatever is for people. */
  static final String TEXT = "text/plain; charset=utf-8";

  /** Of documents. */
  static final String JSON = "application/json";

  private final HttpExchange exchange;
  private final SlowClients clients;
  private SlowClients.@Nullable Answer body;
  private boolean answered;

  Call(HttpExchange exchange, SlowClients clients) {
    this.exchange = exchange;
    this.clients = clients;
  }

  boolean isHead() {
    return exchange.getRequestMethod().equals("HEAD");
  }

  /** Whether it only asks. */
  boolean isReading() {
    return isHead() || exchange.getRequestMethod().equals("GET");
  }

  /** Whether whoever asks knows this host as loopback, also by the name it asks for. */
  boolean isForLoopback() {
    String host = exchange.getRequestHeaders().getFirst("Host");
    return host == null || ListenAddress.isLoopback(host);
  }

  /** The parts of the path between its slashes, the first after the first one. */
  List<String> path() throws FlintException {
    String raw = exchange.getRequestURI().getRawPath();
    List<String> parts = new ArrayList<>();
    if (raw == null || !raw.startsWith("/")) {
      return parts;
    }
    for (String part : raw.substring(1).split("/", -1)) {
      parts.add(decode(part));
    }
    return parts;
  }

  /** The parameters; one without a value has an empty one, and of two the last counts. */
  Map<String, String> query() throws FlintException {
    Map<String, String> out = new LinkedHashMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    if (raw == null || raw.isEmpty()) {
      return out;
    }
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      out.put(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
    }
    return out;
  }

  private static String decode(String text) throws FlintException {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new FlintException(ErrorCode.USAGE, "the address is not well percent-encoded", e);
    }
  }

  /** Sets a header of the answer. */
  void header(String name, String value) {
    exchange.getResponseHeaders().set(name, value);
  }

  /** Whether an answer was begun. */
  boolean isAnswered() {
    return answered;
  }

  /** Answers with a line. */
  void line(int status, String line) throws IOException {
    answer(status, TEXT, (line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Answers with a document. */
  void document(JsonObject document) throws IOException {
    answer(200, JSON, document.bytes());
  }

  private void answer(int status, String type, byte[] content) throws IOException {
    head(type);
    if (isHead()) {
      header("Content-Length", Integer.toString(content.length));
    }
    // To the JDK 0 means "not known", and -1 means none.
    send(status, isHead() || content.length == 0 ? -1 : content.length);
    if (!isHead() && content.length > 0) {
      body().write(content);
    }
  }

  /** Begins an answer whose length is not known; {@link #end} ends it. */
  OutputStream begin(String type) throws IOException {
    head(type);
    send(200, isHead() ? -1 : 0);
    return isHead() ? OutputStream.nullOutputStream() : body();
  }

  private void head(String type) {
    header("Content-Type", type);
    header("Cache-Control", "no-store");
    header("X-Content-Type-Options", "nosniff");
  }

  private void send(int status, long length) throws IOException {
    answered = true;
    exchange.sendResponseHeaders(status, length);
  }

  private SlowClients.Answer body() {
    SlowClients.Answer wrapped = clients.watch(exchange.getResponseBody());
    body = wrapped;
    return wrapped;
  }

  /** Ends the answer as one that is whole. */
  void end() throws IOException {
    if (body != null) {
      body.close();
    }
    exchange.close();
  }

  /** Gives up; the caller fails, by which the server closes the connection. */
  void abandon() {
    if (body != null) {
      body.release();
    }
  }
}
