package dev.flint.agent.kube;

import dev.flint.agent.kube.serve.KubeletTls;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Says to a node what an API server says, as far as classes are loaded by it: each object that it
 * is told of is as told, nothing else is there but one pod and the node, and whoever asks is
 * allowed.
 */
final class TrainingServer implements Closeable {
  static final String POD =
      """
      {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "of-server",\
       "namespace": "default", "uid": "u1", "resourceVersion": "1"}, "spec": {"nodeName":\
       "training", "containers": [{"name": "one", "image": "localhost:1/training:1",\
       "volumeMounts": [{"name": "token", "mountPath": "/token"}]}], "volumes": [{"name": "token",\
       "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}, {"configMap": {"name":\
       "root"}}]}}]}, "status": {"phase": "Pending"}}""";

  private static final String LIST =
      "{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[" + POD + "]}";
  private static final String EVENTS =
      """
      {"type": "MODIFIED", "object": %s}
      {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": "2"}}}
      """
          .formatted(POD);
  private static final String CONFIG =
      "{\"kind\":\"ConfigMap\",\"metadata\":{\"resourceVersion\":\"1\"},\"data\":{\"a\":\"b\"}}";
  private static final String NONE =
      "{\"kind\":\"Status\",\"code\":404,\"reason\":\"NotFound\",\"message\":\"not found\"}";
  private static final String ALLOWED =
      "{\"status\":{\"authenticated\":true,\"allowed\":true,\"user\":{\"username\":\"u\"},"
          + "\"token\":\"t\",\"expirationTimestamp\":\"2099-01-01T00:00:00Z\"}}";

  private final ServerSocket listener;
  private final CompletableFuture<Integer> kubelet = new CompletableFuture<>();
  private final CompletableFuture<Boolean> told = new CompletableFuture<>();
  private final CompletableFuture<String> node = new CompletableFuture<>();
  private final CompletableFuture<Boolean> settled = new CompletableFuture<>();

  private TrainingServer(ServerSocket listener) {
    this.listener = listener;
  }

  static TrainingServer start(KubeletTls tls) throws IOException {
    ServerSocket listener =
        tls.context()
            .getServerSocketFactory()
            .createServerSocket(0, 0, InetAddress.getLoopbackAddress());
    TrainingServer server = new TrainingServer(listener);
    daemon(server::accept);
    return server;
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "flint-training");
    thread.setDaemon(true);
    thread.start();
  }

  String url() {
    return "https://127.0.0.1:" + port();
  }

  int port() {
    return listener.getLocalPort();
  }

  /** The port of the node's own API, once it has told it. */
  CompletableFuture<Integer> kubelet() {
    return kubelet;
  }

  /** Done once the node has told how the pod is. */
  CompletableFuture<Boolean> told() {
    return told;
  }

  /** Done once it has told how it is itself. */
  CompletableFuture<Boolean> settled() {
    return settled;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        daemon(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      while (true) {
        String[] request = line(in).split(" ", -1);
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
          if (header.startsWith("Content-Length: ")) {
            length = Integer.parseInt(header.substring("Content-Length: ".length()));
          }
        }
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        out.write(answer(request[0], request[1], body).getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (IOException e) {
      // It has hung up.
    }
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException();
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.UTF_8).strip();
  }

  private String answer(String method, String path, String body) throws FlintException {
    if (path.contains("watch=1")) {
      return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
          + Integer.toHexString(EVENTS.length())
          + "\r\n"
          + EVENTS
          + "\r\n";
    }
    boolean reads = method.equals("GET");
    if (path.contains("/pods?")) {
      return answer(200, LIST);
    }
    if (path.contains("/pods/") && !reads) {
      told.complete(true);
    }
    if (path.contains("reviews") || path.endsWith("/token")) {
      return answer(201, ALLOWED);
    }
    if (path.contains("/configmaps/")) {
      return answer(200, CONFIG);
    }
    if (path.contains("/nodes")) {
      return answerNode(method, body);
    }
    return reads ? answer(404, NONE) : answer(method.equals("POST") ? 201 : 200, body);
  }

  /** Somebody else has made it a moment before the node would have. */
  private String answerNode(String method, String body) throws FlintException {
    switch (method) {
      case "GET" -> {
        return node.isDone() ? answer(200, node.join()) : answer(404, NONE);
      }
      case "POST" -> {
        JsonObject made = JsonObject.parse(body.getBytes(StandardCharsets.UTF_8), "node");
        port(made).ifPresent(port -> kubelet.complete((int) port));
        JsonObject metadata = made.object("metadata").orElse(JsonObject.empty());
        node.complete(made.with("metadata", metadata.with("uid", "u2")).toString());
        return answer(409, NONE.replace("404", "409").replace("NotFound", "AlreadyExists"));
      }
      default -> {
        settled.complete(true);
        return answer(200, node.join());
      }
    }
  }

  private static OptionalLong port(JsonObject node) throws FlintException {
    JsonObject endpoint =
        node.object("status")
            .orElse(JsonObject.empty())
            .object("daemonEndpoints")
            .orElse(JsonObject.empty())
            .object("kubeletEndpoint")
            .orElse(JsonObject.empty());
    return endpoint.integer("Port");
  }

  private static String answer(int code, String body) {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    return "HTTP/1.1 " + code + " training\r\nContent-Length: " + length + "\r\n\r\n" + body;
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
