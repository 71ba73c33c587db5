package dev.flint.registry.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * A token server on a free loopback port, as the distribution project's specifications have it;
 * remembers requests.
 */
public final class TokenServer implements AutoCloseable {
  /** Its name towards registries. */
  public static final String SERVICE = "tests";

  private final HttpServer http;
  private final Mint mint;
  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
  private String password = "";
  private String identityToken = "";
  private int postStatus = 200;
  private long life = 300;

  /** Makes tokens. */
  public interface Mint {
    /**
     * Makes one.
     *
     * @param number of the request, from 1
     */
    String token(int number, List<String> scopes);
  }

  /**
   * What was asked.
   *
   * @param authorization empty without one
   * @param pairs of query and form, as {@code name=value}, decoded
   */
  public record Request(String method, String authorization, List<String> pairs) {
    /** The values of a parameter. */
    public List<String> values(String name) {
      return pairs.stream()
          .filter(pair -> pair.startsWith(name + "="))
          .map(pair -> pair.substring(name.length() + 1))
          .toList();
    }
  }

  private TokenServer(HttpServer http, Mint mint) {
    this.http = http;
    this.mint = mint;
  }

  /** Starts one that gives tokens to everybody, at the path {@code /token}. */
  public static TokenServer start(Mint mint) throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    TokenServer server = new TokenServer(http, mint);
    http.createContext("/token", server::serve);
    http.start();
    return server;
  }

  /** Gives none without this header for GET. */
  public TokenServer wants(String authorization) {
    password = authorization;
    return this;
  }

  /** Gives none without this identity token for POST. */
  public TokenServer wantsIdentity(String token) {
    identityToken = token;
    return this;
  }

  /** Answers every POST with an error. */
  public TokenServer refusesPost(int status) {
    postStatus = status;
    return this;
  }

  /** Says how long tokens live, in seconds. */
  public TokenServer life(long seconds) {
    life = seconds;
    return this;
  }

  /** {@code HOST:PORT}. */
  public String host() {
    return "127.0.0.1:" + http.getAddress().getPort();
  }

  /** Its URL. */
  public String realm() {
    return "http://" + host() + "/token";
  }

  /** What a registry says that wants its tokens, with more parameters. */
  public String challenge(String... more) {
    String start = "Bearer realm=\"" + realm() + "\",service=\"" + SERVICE + "\"";
    return String.join(",", start, String.join(",", more)).replaceFirst(",$", "");
  }

  /** All requests, in the order they came. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] form = exchange.getRequestBody().readAllBytes();
      List<String> pairs = pairs(exchange.getRequestURI().getRawQuery());
      pairs.addAll(pairs(new String(form, StandardCharsets.UTF_8)));
      String authorization =
          Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Authorization"), "");
      Request request = new Request(exchange.getRequestMethod(), authorization, pairs);
      requests.add(request);
      int status = status(request);
      if (status != 200) {
        exchange.sendResponseHeaders(status, -1);
        return;
      }
      List<String> scopes =
          request.values("scope").stream()
              .flatMap(s -> List.of(s.split(" ", -1)).stream())
              .toList();
      byte[] reply =
          JsonObject.empty()
              .with("token", mint.token(requests.size(), scopes))
              .with("expires_in", life)
              .bytes();
      exchange.sendResponseHeaders(200, reply.length);
      exchange.getResponseBody().write(reply);
    }
  }

  private int status(Request request) {
    if (request.method().equals("POST")) {
      boolean known = request.values("refresh_token").equals(List.of(identityToken));
      return postStatus != 200 ? postStatus : known ? 200 : 401;
    }
    return password.isEmpty() || password.equals(request.authorization()) ? 200 : 401;
  }

  private static List<String> pairs(String text) {
    List<String> pairs = new ArrayList<>();
    for (String pair : Objects.requireNonNullElse(text, "").split("&", -1)) {
      pairs.add(URLDecoder.decode(pair, StandardCharsets.UTF_8));
    }
    return pairs;
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
