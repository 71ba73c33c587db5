package dev.flint.agent.http.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.http.Call;
import dev.flint.agent.http.EchoSocket;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that keep to RFC 6455, and such that do not. */
@Timeout(120)
class WebSocketTest {
  private static final byte[] MASK = {1, 2, 3, (byte) 0x84};

  private EchoSocket client;

  @BeforeEach
  void begin() throws Exception {
    client = new EchoSocket(WebSocketTest::echo);
  }

  @AfterEach
  void end() throws Exception {
    client.close();
  }

  private static void echo(Call call) throws IOException {
    WebSocketHandshake.check(call);
    WebSocket socket = WebSocketHandshake.accept(call, "echo");
    byte[] buffer = new byte[7];
    while (socket.next()) {
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      for (int n = socket.read(buffer, 0, 7); n >= 0; n = socket.read(buffer, 0, 7)) {
        whole.write(buffer, 0, n);
      }
      socket.send(whole.toByteArray(), 0, whole.size());
    }
  }

  private void open() throws IOException {
    String head =
        client.ask(
            "GET /echo HTTP/1.1",
            "Host: localhost",
            "Connection: keep-alive, Upgrade",
            "Upgrade: WebSocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    assertTrue(head.startsWith("HTTP/1.1 101 "), head);
    // The example of RFC 6455, 1.3.
    assertTrue(head.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), head);
  }

  /** A frame as a client sends it. */
  private static byte[] frame(int first, String text) {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) first);
    if (payload.length < 126) {
      frame.put((byte) (0x80 | payload.length));
    } else {
      frame.put((byte) 0xfe).putShort((short) payload.length);
    }
    frame.put(MASK);
    for (int i = 0; i < payload.length; i++) {
      frame.put((byte) (payload[i] ^ MASK[i & 3]));
    }
    byte[] out = new byte[frame.position()];
    frame.flip().get(out);
    return out;
  }

  /** Reads a frame: its first byte in hexadecimal, and what is in it. */
  private String answer() throws IOException {
    DataInputStream in = new DataInputStream(client.in());
    int first = in.readUnsignedByte();
    int length = in.readUnsignedByte();
    length = length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length;
    byte[] payload = new byte[length];
    in.readFully(payload);
    return Integer.toHexString(first) + " " + new String(payload, StandardCharsets.ISO_8859_1);
  }

  private void assertClosed(int code) throws IOException {
    String answer = answer();
    assertTrue(answer.startsWith("88 "), answer);
    assertEquals(code, answer.charAt(3) << 8 | answer.charAt(4), answer);
    assertEquals(-1, client.in().read());
  }

  @Test
  void takesMessagesWholeAndInPieces() throws Exception {
    open();
    client.send(frame(0x82, "hello, whole world"));
    assertEquals("82 hello, whole world", answer());
    client.send(frame(0x01, "one, "));
    client.send(frame(0x89, "ping"));
    client.send(frame(0x00, ""));
    client.send(frame(0x00, "two, "));
    client.send(frame(0x8a, "pong that nobody asked for"));
    client.send(frame(0x80, "three"));
    assertEquals("8a ping", answer());
    assertEquals("82 one, two, three", answer());
    client.send(frame(0x82, ""));
    assertEquals("82 ", answer());
    client.send(frame(0x82, "x".repeat(40_000)));
    assertEquals("82 " + "x".repeat(40_000), answer());
    client.send(frame(0x88, "\u0003"));
    assertClosed(1000);
  }

  @Test
  void takesAFrameByteByByte() throws Exception {
    open();
    for (byte b : frame(0x82, "slowly")) {
      client.send(new byte[] {b});
    }
    assertEquals("82 slowly", answer());
  }

  @ParameterizedTest
  @CsvSource({
    // A reserved bit; no such kind; nothing to go on with; a fragmented, an endless control frame.
    "c2, 1002",
    "83, 1002",
    "8b, 1002",
    "80, 1002",
    "09, 1002",
    "08, 1002",
  })
  void closesOnFramesThatThereAreNot(String first, int code) throws Exception {
    open();
    client.send(frame(Integer.parseInt(first, 16), "x"));
    assertClosed(code);
  }

  @Test
  void closesOnAMessageInAMessage() throws Exception {
    open();
    client.send(frame(0x02, "begun"));
    client.send(frame(0x82, "another"));
    assertClosed(1002);
  }

  @Test
  void closesOnFramesWithoutAMask() throws Exception {
    open();
    client.send(new byte[] {(byte) 0x82, 1, 'x'});
    assertClosed(1002);
  }

  @Test
  void closesOnLengthsThatThereAreNot() throws Exception {
    open();
    client.send(ByteBuffer.allocate(14).putShort((short) 0x82ff).putLong(-1).put(MASK).array());
    assertClosed(1002);
  }

  @Test
  void closesOnALongControlFrame() throws Exception {
    open();
    client.send(frame(0x89, "x".repeat(126)));
    assertClosed(1002);
  }

  /** Nothing is set aside for what is only said to come. */
  @Test
  void readsAnExabyteAsItComes() throws Exception {
    open();
    client.send(
        ByteBuffer.allocate(14).putShort((short) 0x82ff).putLong(1L << 60).put(MASK).array());
    client.send(new byte[100_000]);
    client.close();
    client = new EchoSocket(WebSocketTest::echo);
    open();
    client.send(frame(0x82, "still there"));
    assertEquals("82 still there", answer());
  }

  @ParameterizedTest
  @CsvSource({
    "Sec-WebSocket-Version: 8, Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13, Sec-WebSocket-Key: short",
    "Sec-WebSocket-Version: 13, Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j",
    "Sec-WebSocket-Version: 13, X: no key",
  })
  void refusesHandshakesThatAreNone(String version, String key) throws Exception {
    String head =
        client.ask(
            "GET / HTTP/1.1",
            "Host: localhost",
            "Connection: Upgrade",
            "Upgrade: websocket",
            version,
            key);
    assertTrue(head.startsWith("HTTP/1.1 400 "), head);
  }

  @Test
  void readsOnlyWhatIsTaken() throws Exception {
    byte[] all = {1, 2, 3, 4, 5};
    for (int i = 0; i < all.length; i++) {
      all[i] ^= MASK[i & 3];
    }
    FrameReader reader =
        new FrameReader(
            new ByteArrayInputStream(
                ByteBuffer.allocate(22)
                    .putShort((short) 0x8285)
                    .put(MASK)
                    .put(all)
                    .putShort((short) 0x8285)
                    .put(MASK)
                    .put(all)
                    .array()),
            (opcode, payload) -> {});
    assertTrue(reader.next());
    byte[] two = new byte[2];
    assertEquals(2, reader.read(two, 0, 2));
    assertArrayEquals(new byte[] {1, 2}, two);
    assertTrue(reader.next());
    assertEquals(2, reader.read(two, 0, 2));
    assertArrayEquals(new byte[] {1, 2}, two);
  }
}
