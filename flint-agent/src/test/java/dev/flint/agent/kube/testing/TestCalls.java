package dev.flint.agent.kube.testing;

import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;

/** Calls a server as anybody's client would. */
final class TestCalls {
  static final String STRATEGIC = "application/strategic-merge-patch+json";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String url;
  private final Optional<String> token;

  TestCalls(FakeApiServer server) {
    this(server, Optional.empty());
  }

  TestCalls(FakeApiServer server, Optional<String> token) {
    this.url = server.url();
    this.token = token;
  }

  /** What was answered. */
  record Reply(int code, JsonObject json, Optional<String> retryAfter) {
    String text(String... path) throws IOException {
      JsonObject at = json;
      for (int i = 0; i < path.length - 1; i++) {
        at = at.object(path[i]).orElseThrow();
      }
      return at.scalar(path[path.length - 1]).orElse("");
    }
  }

  Reply get(String path) throws IOException, InterruptedException {
    return call("GET", path, "", "");
  }

  Reply post(String path, String body) throws IOException, InterruptedException {
    return call("POST", path, "application/json", body);
  }

  Reply put(String path, String body) throws IOException, InterruptedException {
    return call("PUT", path, "application/json", body);
  }

  Reply patch(String path, String body) throws IOException, InterruptedException {
    return call("PATCH", path, STRATEGIC, body);
  }

  Reply delete(String path, String body) throws IOException, InterruptedException {
    return call("DELETE", path, "application/json", body);
  }

  Reply call(String method, String path, String type, String body)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        client.send(
            request(path)
                .header("Content-Type", type.isEmpty() ? "x/y" : type)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    return new Reply(
        response.statusCode(),
        JsonObject.parse(response.body(), "answer"),
        response.headers().firstValue("Retry-After"));
  }

  /** The stream of a watch; whoever asked closes it. */
  InputStream watch(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), HttpResponse.BodyHandlers.ofInputStream()).body();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
    token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
    return request;
  }
}
