package dev.flint.agent.http.socket;

import dev.flint.agent.http.Call;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** How a request becomes a WebSocket (RFC 6455, 4.2). */
public final class WebSocketHandshake {
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final String VERSION = "13";

  private WebSocketHandshake() {}

  /** Whether a request asks for a WebSocket. */
  public static boolean isAskedFor(Call call) {
    return call.isUpgrade("websocket");
  }

  /**
   * The protocol to speak.
   *
   * @param known in which the server would rather speak what is first
   * @return empty if the client speaks none of them
   */
  public static Optional<String> choose(Call call, List<String> known) {
    List<String> asked = call.askedAll("Sec-WebSocket-Protocol");
    return known.stream().filter(asked::contains).findFirst();
  }

  /**
   * Checks what a client says, before anything is begun for it.
   *
   * @throws FlintException USAGE if it is no WebSocket that this server speaks
   */
  public static void check(Call call) throws FlintException {
    if (!call.method().equals("GET") && !call.method().equals("POST")) {
      throw new FlintException(ErrorCode.USAGE, "a WebSocket begins with GET");
    }
    if (!call.asked("Sec-WebSocket-Version").equals(VERSION)) {
      throw new FlintException(ErrorCode.USAGE, "only version " + VERSION + " of WebSockets");
    }
    boolean good;
    try {
      good = Base64.getDecoder().decode(call.asked("Sec-WebSocket-Key")).length == 16;
    } catch (IllegalArgumentException e) {
      good = false;
    }
    if (!good) {
      throw new FlintException(ErrorCode.USAGE, "Sec-WebSocket-Key: not 16 bytes in base64");
    }
  }

  /** Answers a request that was checked; from now on it is a WebSocket. */
  public static WebSocket accept(Call call, String protocol) throws IOException {
    call.header("Sec-WebSocket-Protocol", protocol);
    call.header("Sec-WebSocket-Accept", key(call.asked("Sec-WebSocket-Key")));
    return new WebSocket(call.upgrade("websocket"));
  }

  private static String key(String asked) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest((asked + MAGIC).getBytes(StandardCharsets.ISO_8859_1));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
