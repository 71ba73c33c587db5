package dev.flint.agent.kube.api;

import dev.flint.agent.pod.IpLiteral;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.json.JsonStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionSpec;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * The six verbs of the API of Kubernetes that a node needs. Each call is one request; whether and
 * when it is tried again is the caller's matter. Thread-safe.
 */
public final class ApiClient implements Closeable {
  /** The longest document; etcd keeps none above 1.5 MiB. */
  private static final int MAX_DOCUMENT = 4 << 20;

  /** A page of objects of which each could be the largest that there can be. */
  private static final long MAX_PAGE = 64L << 20;

  /**
   * What of an object of a list or a watch is taken; whoever may make pods may make huge ones, of a
   * million values in escaped letters. A usual one has a few hundred values.
   */
  private static final JsonStream.Limits OBJECTS =
      new JsonStream.Limits(MAX_PAGE, 20_000, 512 << 10, Set.of("managedFields"));

  /** The same of one object alone, such as a Secret of one text of 1 MiB in base64. */
  private static final JsonStream.Limits OBJECT =
      new JsonStream.Limits(MAX_DOCUMENT, 20_000, 2 << 20, Set.of("managedFields"));

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration CALL = Duration.ofSeconds(30);
  private static final Duration PING = Duration.ofSeconds(20);

  /** A server tells a watch that it is there about once a minute. */
  private static final Duration SILENCE = Duration.ofMinutes(2);

  private static final MediaType JSON = MediaType.get("application/json");
  private static final MediaType MERGE = MediaType.get("application/strategic-merge-patch+json");

  private static final int UNAUTHORIZED = 401;

  private final ApiAccess access;
  private final String userAgent;
  private final HttpUrl base;
  private final ApiHttp http;
  private final Duration limit;
  private final Reach reach;

  /**
   * A client that has not said anything yet.
   *
   * @param userAgent for the server's log
   * @throws FlintException LOCAL_IO if certificates or the key cannot be used; USAGE if a secret
   *     would go over plain HTTP to another host
   */
  public ApiClient(ApiAccess access, String userAgent) throws IOException {
    this.access = access;
    this.userAgent = userAgent;
    HttpUrl url = HttpUrl.get(access.server());
    if (url == null || (!url.isHttps() && !isLoopback(url.host()))) {
      throw new FlintException(
          ErrorCode.USAGE, "the API server " + access.server() + " must have a URL with https");
    }
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .followRedirects(false)
            .followSslRedirects(false)
            .connectTimeout(CONNECT)
            .readTimeout(SILENCE)
            .writeTimeout(CALL)
            .pingInterval(PING)
            .connectionSpecs(
                List.of(url.isHttps() ? ConnectionSpec.MODERN_TLS : ConnectionSpec.CLEARTEXT));
    if (access.serverName().isEmpty()) {
      this.base = url;
    } else {
      // Then that is whom we speak to; only where it is says the URL.
      String place = url.host();
      this.base = url.newBuilder().host(access.serverName()).build();
      builder.dns(host -> Dns.SYSTEM.lookup(place));
    }
    this.http = new ApiHttp(access, builder, url.isHttps());
    this.limit = CALL;
    this.reach = new Reach();
  }

  private ApiClient(ApiClient other, Duration limit) {
    this.access = other.access;
    this.userAgent = other.userAgent;
    this.base = other.base;
    this.http = other.http;
    this.limit = limit;
    this.reach = other.reach;
  }

  /**
   * The same client with less patience, over the same connections: closing one closes both.
   *
   * @param limit for a call from its begin to its end; watches have their own
   */
  public ApiClient within(Duration limit) {
    return new ApiClient(this, limit);
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.equals("::1")
        || (host.startsWith("127.") && IpLiteral.isV4(host));
  }

  /** Whether the server is heard. */
  Reach reach() {
    return reach;
  }

  /** From now on asks by the certificate that is in the files now. */
  public void look() {
    reach.changed();
    http.look();
  }

  /** Whether the server, when it was last asked, did not take what we show (401). */
  public boolean isRefused() {
    return reach.isRefused();
  }

  /** Where it asks. */
  public String server() {
    return access.server().toString();
  }

  /** Reads an object. */
  public JsonObject get(ApiPath path) throws IOException {
    return call(request("GET", path, null, JSON));
  }

  /**
   * Reads an object that may be as large as anybody could make it.
   *
   * @throws FlintException POLICY if it is more than is taken of one
   */
  public JsonObject getBounded(ApiPath path) throws IOException {
    // Nothing is called so, so all of it is the object.
    return streamed(path, OBJECT, "", item -> {})
        .orElseThrow(() -> new FlintException(ErrorCode.PROTOCOL, "GET " + path + ": no answer"));
  }

  /** Makes an object (POST). */
  public JsonObject create(ApiPath path, JsonObject object) throws IOException {
    return call(request("POST", path, object, JSON));
  }

  /** Puts an object in the place of the one that has its {@code resourceVersion} (PUT). */
  public JsonObject replace(ApiPath path, JsonObject object) throws IOException {
    return call(request("PUT", path, object, JSON));
  }

  /** Changes members of an object (a strategic merge patch). */
  public JsonObject patch(ApiPath path, JsonObject change) throws IOException {
    return call(request("PATCH", path, change, MERGE));
  }

  /** The same, whatever the object is then: how it is does not matter, so it may be too large. */
  public void change(ApiPath path, JsonObject change) throws IOException {
    send(request("PATCH", path, change, MERGE));
  }

  /**
   * Removes an object, whatever it was.
   *
   * @param options as meta/v1 DeleteOptions
   */
  public void delete(ApiPath path, JsonObject options) throws IOException {
    send(request("DELETE", path, options, JSON));
  }

  /**
   * Reads a page of a list, object by object.
   *
   * @return the page without them
   */
  JsonObject page(ApiPath path, JsonStream.Sink sink) throws IOException {
    JsonObject page = streamed(path, OBJECTS, "items", sink).orElse(JsonObject.empty());
    if (!page.string("kind").orElse("").endsWith("List")) {
      // What stands between may answer with anything, and none of it says that there is nothing.
      throw new FlintException(ErrorCode.PROTOCOL, "GET " + path + ": the answer is no list");
    }
    return page;
  }

  private Optional<JsonObject> streamed(
      ApiPath path, JsonStream.Limits limits, String items, JsonStream.Sink sink)
      throws IOException {
    Request request = request("GET", path, null, JSON);
    Call call = limited(request);
    try (Response response = execute(call, request);
        JsonStream stream = stream(request, response, limits)) {
      return stream.next(items, sink);
    } catch (FlintException e) {
      throw e;
    } catch (IOException e) {
      throw lost(request, e);
    }
  }

  /**
   * Begins to watch a list.
   *
   * @param limit after which the server ends it
   * @throws ApiFailure GONE if the version is too old; then the list has to be read again
   */
  public Watch watch(ApiPath path, String resourceVersion, Duration limit) throws IOException {
    ApiPath asked =
        path.with("watch", "1")
            .with("allowWatchBookmarks", "true")
            .with("resourceVersion", resourceVersion)
            .with("timeoutSeconds", String.valueOf(limit.toSeconds()));
    Request request = request("GET", asked, null, JSON);
    Call call = http.client().newCall(request);
    Response response = execute(call, request);
    return new Watch(asked(request), call, response, stream(request, response, OBJECTS));
  }

  private static JsonStream stream(Request request, Response response, JsonStream.Limits limits)
      throws IOException {
    if (!response.isSuccessful()) {
      try (response) {
        throw failure(request, response);
      }
    }
    String what = "the answer to " + asked(request);
    return new JsonStream(response.body().byteStream(), what, limits);
  }

  private Request request(String method, ApiPath path, @Nullable JsonObject body, MediaType type)
      throws IOException {
    HttpUrl.Builder url = base.newBuilder();
    for (String segment : path.segments()) {
      url.addPathSegment(segment);
    }
    for (Map.Entry<String, String> word : path.query().entrySet()) {
      url.addQueryParameter(word.getKey(), word.getValue());
    }
    Request.Builder request =
        new Request.Builder()
            .url(url.build())
            .header("User-Agent", userAgent)
            .header("Accept", "application/json")
            .method(method, body == null ? null : RequestBody.create(body.bytes(), type));
    String token = token();
    return (token.isEmpty() ? request : request.header("Authorization", "Bearer " + token)).build();
  }

  private String token() throws IOException {
    if (access.credential() instanceof Credential.Token token) {
      return token.text();
    }
    if (access.credential() instanceof Credential.TokenFile file) {
      return Files.readString(file.file(), StandardCharsets.UTF_8).strip();
    }
    return "";
  }

  private JsonObject call(Request request) throws IOException {
    Call call = limited(request);
    try (Response response = execute(call, request)) {
      if (!response.isSuccessful()) {
        throw failure(request, response);
      }
      return document(request, response);
    }
  }

  private void send(Request request) throws IOException {
    Call call = limited(request);
    try (Response response = execute(call, request)) {
      if (!response.isSuccessful()) {
        throw failure(request, response);
      }
    }
  }

  private Call limited(Request request) {
    Call call = http.client().newCall(request);
    call.timeout().timeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    return call;
  }

  private static String asked(Request request) {
    return request.method() + " " + request.url().encodedPath();
  }

  private Response execute(Call call, Request request) throws IOException {
    try {
      Response response = call.execute();
      if (response.code() == UNAUTHORIZED) {
        reach.refused();
        http.look();
      }
      if (response.isSuccessful()) {
        reach.heard();
      }
      return response;
    } catch (IOException e) {
      throw lost(request, e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      // OkHttp is Kotlin, which declares none: the thread was interrupted as a connection was made.
      Thread.currentThread().interrupt();
      throw lost(request, new InterruptedIOException(String.valueOf(e.getMessage())));
    }
  }

  private FlintException lost(Request request, IOException e) {
    return new FlintException(
        ErrorCode.NETWORK,
        asked(request) + ": API server " + server() + ": " + why(e),
        "the agent goes on with what it runs, and asks again",
        e);
  }

  /** In words; some failures have none but their name. */
  static String why(IOException e) {
    if (e instanceof NoSuchFileException gone && gone.getReason() == null) {
      return "there is no " + gone.getFile();
    }
    return e.getMessage() == null ? e.toString() : FlintException.line(e);
  }

  private JsonObject document(Request request, Response response) throws IOException {
    BufferedSource source = response.body().source();
    byte[] bytes;
    try {
      if (source.request(MAX_DOCUMENT + 1L)) {
        throw new FlintException(
            ErrorCode.POLICY, asked(request) + ": the answer has more than 4 MiB");
      }
      bytes = source.readByteArray();
    } catch (FlintException e) {
      throw e;
    } catch (IOException e) {
      throw lost(request, e);
    }
    return JsonObject.parse(bytes, "the answer to " + asked(request));
  }

  private static ApiFailure failure(Request request, Response response) {
    JsonObject body = JsonObject.empty();
    try {
      BufferedSource source = response.body().source();
      source.request(64 * 1024);
      Buffer begin = source.getBuffer();
      body = JsonObject.parse(begin.readByteArray(), "status");
    } catch (IOException e) {
      // Whatever it is, there is the status line.
    }
    return ApiFailure.of(asked(request), response.code(), body, seconds(response));
  }

  private static long seconds(Response response) {
    String text = response.header("Retry-After", "");
    try {
      return text.isEmpty() ? -1 : Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** Ends all calls. */
  @Override
  public void close() {
    http.close();
  }
}
