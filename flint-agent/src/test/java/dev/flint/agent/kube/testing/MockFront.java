package dev.flint.agent.kube.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.flint.oci.error.FlintException;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The mock server of fabric8, which keeps objects (CRUD mode), behind what it cannot do itself: it
 * takes no strategic merge patches, tells watches by WebSockets alone, and selects by no field but
 * names. Everything else it answers itself.
 */
public final class MockFront implements AutoCloseable {
  private static final String PODS = "/api/v1/pods";
  private static final String STRATEGIC = "application/strategic-merge-patch+json";

  private final KubernetesMockServer mock;
  private final NamespacedKubernetesClient user;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "mock front");
            thread.setDaemon(true);
            return thread;
          });
  private final HttpServer server;

  /** Starts both, on free ports of loopback. */
  public MockFront() throws IOException {
    mock =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            new HashMap<>(),
            new KubernetesCrudDispatcher(),
            false);
    mock.init(InetAddress.getLoopbackAddress(), 0);
    user = mock.createClient();
    System.setProperty("sun.net.httpserver.nodelay", "true");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** Where a node asks. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** A client of the mock server itself, for who uses the cluster. */
  public NamespacedKubernetesClient user() {
    return user;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String query = exchange.getRequestURI().getRawQuery();
      boolean pods = exchange.getRequestURI().getPath().equals(PODS);
      if (pods && query != null && query.contains("watch=1")) {
        watch(exchange, node(query));
      } else if (pods && query != null && exchange.getRequestMethod().equals("GET")) {
        PodList list = user.pods().inAnyNamespace().list();
        list.getItems().removeIf(pod -> !isOf(pod, node(query)));
        answer(exchange, 200, bytes(list));
      } else {
        pass(exchange);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private static String node(String query) {
    return query.replaceFirst(".*fieldSelector=spec.nodeName(%3D|=)", "").replaceFirst("&.*", "");
  }

  private static boolean isOf(Pod pod, String node) {
    return node.equals(pod.getSpec().getNodeName());
  }

  private static byte[] bytes(Object object) {
    return Serialization.asJson(object).getBytes(StandardCharsets.UTF_8);
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private void watch(HttpExchange exchange, String node) throws IOException, InterruptedException {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    Watcher<Pod> watcher =
        new Watcher<>() {
          @Override
          public void eventReceived(Action action, Pod pod) {
            if (isOf(pod, node)) {
              events.add(
                  "{\"type\":\"" + action + "\",\"object\":" + Serialization.asJson(pod) + "}\n");
            }
          }

          @Override
          public void onClose(WatcherException cause) {
            events.add("");
          }
        };
    try (var open = user.pods().inAnyNamespace().watch(watcher)) {
      exchange.sendResponseHeaders(200, 0);
      OutputStream out = exchange.getResponseBody();
      out.flush();
      for (String event = events.take(); !event.isEmpty(); event = events.take()) {
        out.write(event.getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    }
  }

  private void pass(HttpExchange exchange) throws IOException, InterruptedException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String method = exchange.getRequestMethod();
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type != null && type.startsWith(STRATEGIC)) {
      HttpResponse<byte[]> there = send(exchange, "GET", new byte[0]);
      if (there.statusCode() != 200) {
        answer(exchange, there.statusCode(), there.body());
        return;
      }
      body = merged(exchange.getRequestURI().getPath(), there.body(), body);
      method = "PUT";
    }
    HttpResponse<byte[]> answer = send(exchange, method, body);
    answer(exchange, answer.statusCode(), answer.body());
  }

  private static byte[] merged(String path, byte[] there, byte[] patch) throws FlintException {
    try {
      Tree object = Tree.parse(there, path);
      new StrategicMerge(ApiPath.parse(path).resource()).apply(object, Tree.parse(patch, "patch"));
      return object.bytes();
    } catch (Refusal e) {
      throw new AssertionError(e);
    }
  }

  private HttpResponse<byte[]> send(HttpExchange exchange, String method, byte[] body)
      throws IOException, InterruptedException {
    URI asked = exchange.getRequestURI();
    String query = asked.getRawQuery() == null ? "" : "?" + asked.getRawQuery();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + mock.getPort() + asked.getRawPath() + query));
    request.method(
        method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    return client.send(
        request.header("Content-Type", "application/json").build(), BodyHandlers.ofByteArray());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    user.close();
    mock.destroy();
  }
}
