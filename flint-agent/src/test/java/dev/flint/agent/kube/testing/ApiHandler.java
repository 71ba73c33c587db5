package dev.flint.agent.kube.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** One exchange: reads it, lets faults happen, and writes down what was asked and answered. */
final class ApiHandler implements HttpHandler {
  /** As much as a real server takes. */
  private static final int LONGEST_BODY = 3 * 1024 * 1024;

  private static final Map<String, String> PLAIN =
      Map.of(
          "/version", "{\"major\":\"1\",\"minor\":\"36\",\"gitVersion\":\"v1.36.2\"}",
          "/readyz", "ok",
          "/livez", "ok",
          "/healthz", "ok");

  private final ApiRoutes routes;
  private final Watches watches;
  private final Identities identities;
  private final Users users;
  private final Faults faults;
  private final RequestLog log;
  private final Clock clock;

  ApiHandler(
      ApiRoutes routes,
      Watches watches,
      Identities identities,
      Users users,
      Faults faults,
      RequestLog log,
      Clock clock) {
    this.routes = routes;
    this.watches = watches;
    this.identities = identities;
    this.users = users;
    this.faults = faults;
    this.log = log;
    this.clock = clock;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(LONGEST_BODY + 1);
    String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
    String contentType =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type")).orElse("");
    LoggedRequest logged =
        new LoggedRequest(
            clock.instant(),
            exchange.getRequestMethod(),
            exchange.getRequestURI().getPath(),
            query,
            contentType,
            body);
    log.add(logged);
    try {
      Optional<Fault> fault =
          faults.take(
              logged.method(), query.isEmpty() ? logged.path() : logged.path() + "?" + query);
      if (fault.isPresent() && fault.get() instanceof Fault.Says says) {
        send(exchange, new Answer(200, says.body(), 0), logged);
      } else {
        if (fault.isPresent() && !isAtItsEnd(fault.get())) {
          fail(fault.get());
        }
        serve(exchange, logged, fault);
      }
    } catch (Refusal e) {
      send(exchange, Answer.of(e), logged);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
    // Only where all went well: closing would end a cut answer as if it were whole.
    exchange.close();
  }

  private static boolean isAtItsEnd(Fault fault) {
    return fault instanceof Fault.DropAnswer || fault instanceof Fault.CutAnswer;
  }

  private void fail(Fault fault) throws Refusal, IOException, InterruptedException {
    if (fault instanceof Fault.Status status) {
      throw switch (status.code()) {
        case 401 -> Refusal.unauthorized();
        case 429 ->
            Refusal.busy(
                429,
                "TooManyRequests",
                "Too many requests, please try again later.",
                status.retryAfterSeconds());
        case 500 ->
            Refusal.busy(
                500,
                "InternalError",
                "Internal error occurred: etcdserver: request timed out",
                status.retryAfterSeconds());
        default ->
            Refusal.busy(
                status.code(),
                "ServiceUnavailable",
                "the server is currently unable to handle the request",
                status.retryAfterSeconds());
      };
    } else if (fault instanceof Fault.TooLargeVersion) {
      throw Refusal.tooLarge(2, 1);
    } else if (fault instanceof Fault.Hang) {
      faults.hang();
    }
    throw new EOFException("a connection is closed, as a test wanted");
  }

  private void serve(HttpExchange exchange, LoggedRequest logged, Optional<Fault> fault)
      throws Refusal, IOException, InterruptedException {
    String plain = PLAIN.get(logged.path());
    if (plain != null) {
      send(exchange, new Answer(200, plain, 0), logged);
      return;
    }
    User user = identities.of(exchange);
    logged.by(user);
    if (logged.requestBytes() > LONGEST_BODY) {
      throw Refusal.of(
          413, "RequestEntityTooLarge", "Request entity too large: limit is " + LONGEST_BODY);
    }
    String rawQuery = Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), "");
    ApiRequest request =
        new ApiRequest(
            ApiPath.parse(exchange.getRequestURI().getRawPath()),
            ApiRequest.query(rawQuery),
            logged,
            user);
    users.check(request);
    if (request.isWatch()) {
      watches.serve(request, () -> begin(exchange, logged));
      return;
    }
    Answer answer = routes.answer(request);
    if (fault.isPresent() && fault.get() instanceof Fault.CutAnswer) {
      byte[] json = answer.json().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.code(), json.length);
      exchange.getResponseBody().write(json, 0, json.length / 2);
      exchange.getResponseBody().flush();
    }
    if (fault.isPresent()) {
      throw new EOFException("an answer is dropped, as a test wanted");
    }
    send(exchange, answer, logged);
  }

  private OutputStream begin(HttpExchange exchange, LoggedRequest logged) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    OutputStream body = exchange.getResponseBody();
    body.flush();
    log.answered(logged, 200);
    return new CountingStream(body, bytes -> log.sent(logged, bytes));
  }

  private void send(HttpExchange exchange, Answer answer, LoggedRequest logged) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    if (answer.retryAfterSeconds() > 0) {
      exchange.getResponseHeaders().set("Retry-After", String.valueOf(answer.retryAfterSeconds()));
    }
    byte[] json = answer.json().getBytes(StandardCharsets.UTF_8);
    log.sent(logged, json.length);
    log.answered(logged, answer.code());
    exchange.sendResponseHeaders(answer.code(), json.length);
    exchange.getResponseBody().write(json);
  }
}
