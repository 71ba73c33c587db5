package dev.flint.agent.kube.serve;

import dev.flint.oci.json.JsonObject;
import dev.flint.oci.pem.CredulousTrust;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** A client of channels over a WebSocket, by OkHttp, which is nothing of ours. */
final class ChannelClient extends WebSocketListener implements Closeable {
  private static final int SECONDS = 60;

  private final OkHttpClient client;
  private final WebSocket socket;
  private final Map<Integer, ByteArrayOutputStream> channels = new ConcurrentHashMap<>();
  private final Map<Integer, CompletableFuture<Boolean>> begun = new ConcurrentHashMap<>();
  private final CompletableFuture<Answer> opened = new CompletableFuture<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();

  private ChannelClient(OkHttpClient client, Request request) {
    this.client = client;
    this.socket = client.newWebSocket(request, this);
  }

  /** Asks for a WebSocket. */
  static ChannelClient ask(int port, String path, String token, String... protocols)
      throws IOException, GeneralSecurityException {
    X509TrustManager trust = new CredulousTrust();
    SSLContext tls = TestKubelet.context(null);
    OkHttpClient client =
        new OkHttpClient.Builder()
            .sslSocketFactory(tls.getSocketFactory(), trust)
            .hostnameVerifier((host, session) -> true)
            .connectTimeout(SECONDS, TimeUnit.SECONDS)
            .readTimeout(SECONDS, TimeUnit.SECONDS)
            .writeTimeout(SECONDS, TimeUnit.SECONDS)
            .build();
    Request request =
        new Request.Builder()
            .url("https://127.0.0.1:" + port + path)
            .header("Authorization", "Bearer " + token)
            .header("Sec-WebSocket-Protocol", String.join(", ", protocols))
            .build();
    return new ChannelClient(client, request);
  }

  @Override
  public void onOpen(WebSocket opening, Response response) {
    opened.complete(new Answer(response.code(), response.header("Sec-WebSocket-Protocol", ""), ""));
  }

  /** The answer to the request; with a body if it is no WebSocket. */
  record Answer(int code, String protocol, String body) {}

  private CompletableFuture<Boolean> begun(int channel) {
    return begun.computeIfAbsent(channel, key -> new CompletableFuture<>());
  }

  @Override
  public void onMessage(WebSocket from, ByteString bytes) {
    begun(bytes.getByte(0) & 0xff).complete(true);
    ByteArrayOutputStream channel =
        channels.computeIfAbsent(bytes.getByte(0) & 0xff, key -> new ByteArrayOutputStream());
    synchronized (channel) {
      channel.writeBytes(bytes.substring(1).toByteArray());
      channel.notifyAll();
    }
  }

  @Override
  public void onClosing(WebSocket closing, int code, String reason) {
    closing.close(1000, null);
    closed.complete(code);
  }

  @Override
  public void onFailure(WebSocket failed, Throwable failure, @Nullable Response response) {
    try {
      if (response != null) {
        opened.complete(new Answer(response.code(), "", response.body().string()));
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    opened.completeExceptionally(failure);
    closed.completeExceptionally(failure);
  }

  /** The protocol that was chosen. */
  String protocol() throws Exception {
    Answer answer = answer();
    if (answer.code() != 101) {
      throw new AssertionError(answer.code() + ": " + answer.body());
    }
    return answer.protocol();
  }

  Answer answer() throws Exception {
    return opened.get(SECONDS, TimeUnit.SECONDS);
  }

  void send(int channel, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] all = new byte[bytes.length + 1];
    all[0] = (byte) channel;
    System.arraycopy(bytes, 0, all, 1, bytes.length);
    socket.send(ByteString.of(all));
  }

  /** Says that nothing more comes on a channel. */
  void close(int channel) {
    socket.send(ByteString.of((byte) 255, (byte) channel));
  }

  /** What has come on a channel. */
  byte[] bytes(int channel) {
    ByteArrayOutputStream stream = channels.get(channel);
    if (stream == null) {
      return new byte[0];
    }
    synchronized (stream) {
      return stream.toByteArray();
    }
  }

  String text(int channel) {
    return new String(bytes(channel), StandardCharsets.UTF_8);
  }

  /** Waits until a message has come, perhaps an empty one. */
  void await(int channel) throws Exception {
    begun(channel).get(SECONDS, TimeUnit.SECONDS);
  }

  /** Waits until a text has come. */
  void await(int channel, String text) throws Exception {
    ByteArrayOutputStream stream =
        channels.computeIfAbsent(channel, key -> new ByteArrayOutputStream());
    synchronized (stream) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      while (!stream.toString(StandardCharsets.UTF_8).contains(text)) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          throw new AssertionError("no " + text + " in " + stream);
        }
        stream.wait(left);
      }
    }
  }

  /** Waits until the server closes; says with which code. */
  int end() throws ExecutionException, InterruptedException, TimeoutException {
    return closed.get(SECONDS, TimeUnit.SECONDS);
  }

  /** The status at the end. */
  JsonObject status() throws Exception {
    end();
    return JsonObject.parse(bytes(3), "status");
  }

  /** Hangs up without a word. */
  void cancel() {
    socket.cancel();
  }

  @Override
  public void close() {
    socket.cancel();
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
