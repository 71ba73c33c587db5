package dev.flint.agent.http.socket;

import dev.flint.agent.http.Upgraded;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A WebSocket, the server's side. Messages are read piece by piece, so that none is ever held; they
 * are read in one thread, and written in any. Whoever does not take what is written makes the
 * writer wait.
 */
public final class WebSocket {
  /** All is said. */
  public static final int NORMAL = 1000;

  /** The client does not keep to the protocol. */
  public static final int PROTOCOL = 1002;

  /** A message is longer than it may be. */
  public static final int TOO_LONG = 1009;

  /** The server failed. */
  public static final int INTERNAL = 1011;

  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final int LAST = 0x80;
  private static final int MOST_REASON = 120;
  private static final byte[] NOTHING = {};

  private final Upgraded connection;
  private final OutputStream out;
  private final FrameReader frames;

  /** Guarded by this. */
  private boolean closing;

  WebSocket(Upgraded connection) {
    this.connection = connection;
    this.out = connection.out();
    this.frames = new FrameReader(connection.in(), this::control);
  }

  /**
   * Goes to the next message; what was not read of the last one is passed over.
   *
   * @return false once the client has closed, or was closed as it does not keep to the protocol
   * @throws IOException if it is gone without a word
   */
  public boolean next() throws IOException {
    connection.active();
    try {
      return frames.next();
    } catch (WebSocketFault e) {
      refuse(e.code(), String.valueOf(e.getMessage()));
      return false;
    }
  }

  /**
   * Reads of the message.
   *
   * @return how many bytes; -1 at its end
   * @throws IOException if the client is gone without a word
   */
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      return frames.read(bytes, offset, length);
    } catch (WebSocketFault e) {
      refuse(e.code(), String.valueOf(e.getMessage()));
      return -1;
    }
  }

  /** The next byte of the message; -1 at its end. */
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /** Closes as the client does what it may not; nothing more is read. */
  public void refuse(int code, String message) throws IOException {
    frames.stop();
    close(code, message);
  }

  /** Hangs up without a word; whoever reads or writes fails. */
  public void abort() {
    connection.abort();
  }

  private void control(int opcode, byte[] payload) throws IOException {
    if (opcode == PING) {
      pong(payload);
    } else if (opcode == CLOSE) {
      int code = payload.length < 2 ? NORMAL : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
      close(code, "");
    }
  }

  private synchronized void pong(byte[] payload) throws IOException {
    if (!closing) {
      frame(PONG, NOTHING, payload, 0, payload.length);
    }
  }

  /** Sends a message of a byte that says what it is, and of more. */
  public void send(int first, byte[] bytes, int offset, int length) throws IOException {
    send(new byte[] {(byte) first}, bytes, offset, length);
  }

  /** Sends a message. */
  public void send(byte[] bytes, int offset, int length) throws IOException {
    send(NOTHING, bytes, offset, length);
  }

  /** Sends a message of two pieces, so that none has to be copied. */
  public void send(byte[] first, byte[] bytes, int offset, int length) throws IOException {
    frame(BINARY, first, bytes, offset, length);
    connection.active();
  }

  /** Shows whoever passes the connection on that it is in use, and finds out if it is gone. */
  public void ping() throws IOException {
    frame(PING, NOTHING, NOTHING, 0, 0);
  }

  /** A failure ends the connection, also for whoever reads: nobody knows how much was taken. */
  private synchronized void frame(int opcode, byte[] first, byte[] bytes, int offset, int length)
      throws IOException {
    if (closing) {
      throw new IOException("the WebSocket is closed");
    }
    try {
      head(opcode, first.length + length);
      out.write(first);
      out.write(bytes, offset, length);
      out.flush();
    } catch (IOException e) {
      abort();
      throw e;
    }
  }

  private void head(int opcode, int length) throws IOException {
    out.write(LAST | opcode);
    if (length < 126) {
      out.write(length);
    } else if (length < 1 << 16) {
      out.write(126);
      out.write(length >> 8);
      out.write(length);
    } else {
      out.write(127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) ((long) length >> shift));
      }
    }
  }

  /**
   * Says that nothing more comes, if that was not said. The client answers, upon which {@link
   * #next} is false; or it is cut off within seconds.
   */
  public synchronized void close(int code, String reason) throws IOException {
    if (closing) {
      return;
    }
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, MOST_REASON);
    closing = true;
    connection.ending();
    head(CLOSE, length + 2);
    out.write(code >> 8);
    out.write(code);
    out.write(text, 0, length);
    out.flush();
  }
}
