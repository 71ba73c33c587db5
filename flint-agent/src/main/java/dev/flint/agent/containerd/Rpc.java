package dev.flint.agent.containerd;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.EventListener;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Calls by gRPC over HTTP/2 on a unix socket (grpc/doc/PROTOCOL-HTTP2.md): a message is one byte of
 * flags, four of length, and its bytes; how a call ended is said in a trailer. A lost connection is
 * made anew by the next call. Thread-safe.
 */
final class Rpc {
  /** The default of gRPC's own libraries. */
  private static final int MAX_MESSAGE = 4 << 20;

  private static final MediaType GRPC = MediaType.get("application/grpc");
  private static final String PREFIX = "http://containerd/containerd.services.";

  private final Path socket;
  private final String namespace;
  private final OkHttpClient client;

  Rpc(Path socket, String namespace) {
    this.socket = socket;
    this.namespace = namespace;
    this.client =
        new OkHttpClient.Builder()
            .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
            // Else it would have TLS ready, with all authorities that the JDK trusts: 4 MiB.
            .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
            .socketFactory(new UnixSocketFactory(socket))
            // Nobody is looked up: the factory knows where to go.
            .dns(host -> List.of(InetAddress.getLoopbackAddress()))
            .proxy(Proxy.NO_PROXY)
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .followRedirects(false)
            .connectionPool(new ConnectionPool(1, 1, TimeUnit.MINUTES))
            .eventListenerFactory(Rpc::sentListener)
            .build();
  }

  /** What to do as soon as a request has gone out. */
  @FunctionalInterface
  interface Sent {
    void sent();
  }

  private static EventListener sentListener(Call call) {
    Sent sent = call.request().tag(Sent.class);
    return sent == null
        ? EventListener.NONE
        : new EventListener() {
          @Override
          public void requestBodyEnd(Call ended, long byteCount) {
            sent.sent();
          }
        };
  }

  /**
   * Asks and waits for the one answer.
   *
   * @param method for example {@code tasks.v1.Tasks/Get}
   * @throws RpcException if containerd refuses
   * @throws FlintException NETWORK if there is no answer in time
   */
  ProtoReader call(String method, ProtoWriter message, Duration limit) throws FlintException {
    Request request =
        request(method, message).header("grpc-timeout", limit.toMillis() + "m").build();
    Call call = client.newCall(request);
    // Containerd keeps the limit too; ours is for one that hangs.
    call.timeout().timeout(limit.toMillis() + 1000, TimeUnit.MILLISECONDS);
    try (Response response = call.execute()) {
      InputStream in = response.body().byteStream();
      byte[] answer = message(in);
      if (answer != null && message(in) != null) {
        throw new FlintException(
            ErrorCode.PROTOCOL, "containerd sent more than one answer to " + method);
      }
      check(method, response);
      if (answer == null) {
        throw new FlintException(ErrorCode.PROTOCOL, "containerd sent no answer to " + method);
      }
      return new ProtoReader(answer);
    } catch (FlintException | RuntimeException e) {
      throw e;
    } catch (IOException e) {
      throw lost(method, e);
    } catch (Exception e) {
      // OkHttp is Kotlin, which declares none: the thread was interrupted as a connection was made.
      Thread.currentThread().interrupt();
      throw lost(method, new InterruptedIOException(String.valueOf(e.getMessage())));
    }
  }

  /**
   * Asks for a stream of answers. The answer's head may come with the first of them, so this
   * returns at once and the stream is begun by whoever reads it.
   *
   * @param silence after which the stream ends with a failure
   * @param sent runs in the reader's thread when containerd has been asked
   */
  Stream stream(String method, ProtoWriter message, Duration silence, Sent sent) {
    Request request = request(method, message).tag(Sent.class, sent).build();
    return new Stream(method, client.newBuilder().readTimeout(silence).build().newCall(request));
  }

  /** Answers as they come; {@link #cancel} may come from another thread. */
  final class Stream {
    private final String method;
    private final Call call;
    private @Nullable Response response;

    private Stream(String method, Call call) {
      this.method = method;
      this.call = call;
    }

    /** The next answer, or null after the last. */
    @Nullable ProtoReader next() throws FlintException {
      try {
        Response open = response;
        if (open == null) {
          open = call.execute();
          response = open;
        }
        byte[] answer = message(open.body().byteStream());
        if (answer == null) {
          check(method, open);
          return null;
        }
        return new ProtoReader(answer);
      } catch (FlintException e) {
        throw e;
      } catch (IOException e) {
        throw lost(method, e);
      }
    }

    /** Ends the stream: its reader gets a failure. */
    void cancel() {
      call.cancel();
    }
  }

  private Request.Builder request(String method, ProtoWriter message) {
    byte[] bytes = message.toBytes();
    ByteBuffer frame = ByteBuffer.allocate(5 + bytes.length).put((byte) 0);
    frame.putInt(bytes.length).put(bytes);
    return new Request.Builder()
        .url(PREFIX + method)
        .header("te", "trailers")
        .header("containerd-namespace", namespace)
        .post(RequestBody.create(frame.array(), GRPC));
  }

  private static byte @Nullable [] message(InputStream in) throws IOException {
    // Into arrays: the other readNBytes goes on to ask for no bytes, for which Okio waits.
    byte[] head = new byte[5];
    int count = in.readNBytes(head, 0, head.length);
    if (count == 0) {
      return null;
    }
    if (count < head.length) {
      throw new EOFException("cut off");
    }
    int length = ByteBuffer.wrap(head).getInt(1);
    if (head[0] != 0 || length < 0 || length > MAX_MESSAGE) {
      throw new FlintException(
          ErrorCode.PROTOCOL, "containerd sent a message that is compressed or over 4 MiB");
    }
    byte[] bytes = new byte[length];
    if (in.readNBytes(bytes, 0, length) < length) {
      throw new EOFException("cut off");
    }
    return bytes;
  }

  /** Looks how the call ended; an answer that is only a refusal says so in its head. */
  private static void check(String method, Response response) throws IOException {
    String status = response.header("grpc-status");
    String text = response.header("grpc-message");
    if (status == null) {
      status = response.trailers().get("grpc-status");
      text = response.trailers().get("grpc-message");
    }
    if (status == null) {
      throw new FlintException(
          ErrorCode.PROTOCOL,
          "containerd did not say how " + method + " ended: HTTP " + response.code());
    }
    if (!status.equals("0")) {
      throw new RpcException(shortName(method), number(status), decoded(text));
    }
  }

  private static int number(String status) {
    try {
      return Integer.parseInt(status);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** GRPC has other bytes than printable ASCII as %XX. */
  private static String decoded(@Nullable String text) {
    if (text == null) {
      return "refused";
    }
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  private FlintException lost(String method, IOException e) {
    return new FlintException(
        ErrorCode.NETWORK,
        "no answer to " + shortName(method) + " from containerd at " + socket + ": " + e,
        "see whether containerd runs and whether you may write to its socket",
        e);
  }

  private static String shortName(String method) {
    return method.substring(method.lastIndexOf('.') + 1);
  }

  /** Lets go of the connection and its threads. */
  void close() {
    client.dispatcher().cancelAll();
    client.connectionPool().evictAll();
  }
}
