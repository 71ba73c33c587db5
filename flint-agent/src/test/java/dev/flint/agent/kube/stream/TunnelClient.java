package dev.flint.agent.kube.stream;

import dev.flint.agent.http.spdy.SpdyClient;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A client of port-forward that reads and says only what a test wants, as no library does. For one
 * thread.
 */
public final class TunnelClient implements Closeable {
  /** As kubectl. */
  public static final String SPDY = "SPDY/3.1+portforward.k8s.io";

  /** As older programs. */
  public static final String CHANNELS = "v4.channel.k8s.io";

  private static final byte[] MASK = {1, 2, 3, 4};
  private static final int SHORTEST_LONG = 126;
  private static final int PING = 9;

  private final Socket socket;
  private final DataInputStream in;
  private final String head;
  private long left;

  /** How many pings have come. */
  private int pings;

  /** Over a connection that was not used yet. */
  public TunnelClient(Socket socket, String path, String protocol) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(60_000);
    in = new DataInputStream(socket.getInputStream());
    String request =
        String.join(
            "\r\n",
            "GET " + path + " HTTP/1.1",
            "Host: localhost",
            "Authorization: Bearer t-ann",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol: " + protocol,
            "",
            "");
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("\r\n\r\n") < 0) {
      answer.append((char) in.readUnsignedByte());
    }
    head = answer.toString();
  }

  /** The head of the answer. */
  public String head() {
    return head;
  }

  /** What is in the answer, which is no WebSocket. */
  public String body() throws IOException {
    String text = head.toLowerCase(java.util.Locale.ROOT);
    int at = text.indexOf("content-length: ") + "content-length: ".length();
    int length = Integer.parseInt(text.substring(at, text.indexOf('\r', at)));
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  /** A session of SPDY in the messages. */
  public SpdyClient spdy() {
    InputStream messages =
        new InputStream() {
          @Override
          public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            while (left == 0) {
              next();
            }
            int n = in.read(bytes, offset, (int) Math.min(left, length));
            left -= Math.max(0, n);
            return n;
          }
        };
    OutputStream frames =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            write(new byte[] {(byte) b});
          }

          @Override
          public void write(byte[] bytes) throws IOException {
            send(bytes);
          }
        };
    return new SpdyClient(messages, frames);
  }

  /** Sends a message. */
  public void send(byte[] message) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(message.length + 8).put((byte) 0x82);
    if (message.length < SHORTEST_LONG) {
      frame.put((byte) (0x80 | message.length));
    } else {
      frame.put((byte) 0xfe).putShort((short) message.length);
    }
    frame.put(MASK);
    for (int i = 0; i < message.length; i++) {
      frame.put((byte) (message[i] ^ MASK[i & 3]));
    }
    socket.getOutputStream().write(frame.array(), 0, frame.position());
  }

  /** Waits for the next message. */
  public byte[] message() throws IOException {
    next();
    byte[] message = new byte[(int) left];
    in.readFully(message);
    left = 0;
    return message;
  }

  /** Waits until so many pings have come in all; messages are passed over. */
  public void awaitPings(int count) throws IOException {
    while (pings < count) {
      in.skipNBytes(left);
      left = 0;
      frame();
    }
  }

  private void next() throws IOException {
    while (!frame()) {
      // A ping.
    }
  }

  /** Says whether it is a message. */
  private boolean frame() throws IOException {
    int kind = in.readUnsignedByte() & 0xf;
    int length = in.readUnsignedByte();
    left =
        length == SHORTEST_LONG
            ? in.readUnsignedShort()
            : length > SHORTEST_LONG ? in.readLong() : length;
    if (kind == 8) {
      throw new EOFException("the server has closed");
    }
    pings += kind == PING ? 1 : 0;
    return kind != PING;
  }

  /** Hangs up without a word. */
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
