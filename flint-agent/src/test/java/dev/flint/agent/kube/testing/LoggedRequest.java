package dev.flint.agent.kube.testing;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** One request as it came, and what was answered so far. Thread-safe. */
public final class LoggedRequest {
  private final Instant time;
  private final String method;
  private final String path;
  private final String query;
  private final String contentType;
  private final byte[] body;
  private final AtomicLong responseBytes = new AtomicLong();
  private volatile String user = "";
  private volatile int status;

  LoggedRequest(
      Instant time, String method, String path, String query, String contentType, byte[] body) {
    this.time = time;
    this.method = method;
    this.path = path;
    this.query = query;
    this.contentType = contentType;
    this.body = body;
  }

  /** When it came, by the server's clock. */
  public Instant time() {
    return time;
  }

  public String method() {
    return method;
  }

  /** The path, without the query. */
  public String path() {
    return path;
  }

  /** The query, decoded; empty without one. */
  public String query() {
    return query;
  }

  public String contentType() {
    return contentType;
  }

  /** Who asked; empty while that is not known. */
  public String user() {
    return user;
  }

  /** The HTTP status of the answer; 0 without one, so far or for ever. */
  public int status() {
    return status;
  }

  /** The body, if it is a JSON object. */
  public Optional<JsonObject> body() {
    try {
      return body.length == 0 ? Optional.empty() : Optional.of(JsonObject.parse(body, "body"));
    } catch (FlintException e) {
      return Optional.empty();
    }
  }

  byte[] bytes() {
    return body;
  }

  /** Bytes of the body. */
  public long requestBytes() {
    return body.length;
  }

  /** Bytes of the answer's body so far. */
  public long responseBytes() {
    return responseBytes.get();
  }

  /** Whether it is a watch. */
  public boolean isWatch() {
    return query.matches("(.*&)?watch=(1|true)(&.*)?");
  }

  void by(User user) {
    this.user = user.name();
  }

  void answered(int status) {
    this.status = status;
  }

  void sent(long bytes) {
    responseBytes.addAndGet(bytes);
  }

  @Override
  public String toString() {
    return method + " " + path + (query.isEmpty() ? "" : "?" + query) + " -> " + status;
  }
}
