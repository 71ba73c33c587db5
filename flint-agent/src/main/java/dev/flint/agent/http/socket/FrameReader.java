package dev.flint.agent.http.socket;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads the frames of a client (RFC 6455, 5) as messages. For one thread. */
final class FrameReader {
  private static final int MOST_CONTROL = 125;
  private static final int WASTE = 4096;

  private final InputStream in;
  private final Control control;
  private final byte[] mask = new byte[4];

  /** Of the payload of the data frame that is read. */
  private long left;

  private int masked;
  private boolean last = true;
  private boolean closed;

  /** Takes what comes between, and in the middle of, messages. */
  interface Control {
    /** Takes a ping, pong or close. */
    void take(int opcode, byte[] payload) throws IOException;
  }

  FrameReader(InputStream in, Control control) {
    this.in = in;
    this.control = control;
  }

  /** Reads nothing more, as it is not known where in a frame this is. */
  void stop() {
    closed = true;
    left = 0;
  }

  /** Goes to the next message; false once the client has closed. */
  boolean next() throws IOException {
    if (left > 0 || !last) {
      passOver();
    }
    return !closed && frame(false);
  }

  private void passOver() throws IOException {
    byte[] waste = new byte[WASTE];
    while (read(waste, 0, WASTE) >= 0) {
      // Nobody wanted it.
    }
  }

  /** Reads of the message; -1 at its end. */
  int read(byte[] bytes, int offset, int length) throws IOException {
    while (left == 0) {
      if (closed || last || !frame(true)) {
        return -1;
      }
    }
    int n = in.read(bytes, offset, (int) Math.min(left, length));
    if (n < 0) {
      throw new EOFException("the client went in the middle of a message");
    }
    for (int i = offset; i < offset + n; i++) {
      bytes[i] ^= mask[masked++ & 3];
    }
    left -= n;
    return n;
  }

  /**
   * Goes to the next data frame.
   *
   * @param inMessage whether it must be of the same message
   */
  private boolean frame(boolean inMessage) throws IOException {
    while (!closed) {
      int first = octet();
      int opcode = first & 0x0f;
      if ((first & 0x70) != 0) {
        throw fault("a frame has bits that nobody agreed on");
      }
      long length = length();
      in(mask);
      if (opcode < WebSocket.CLOSE) {
        if (opcode > WebSocket.BINARY || inMessage != (opcode == WebSocket.CONTINUATION)) {
          throw fault("a frame of kind " + opcode + " is out of place");
        }
        left = length;
        masked = 0;
        last = (first & 0x80) != 0;
        return true;
      }
      control(first, opcode, length);
    }
    return false;
  }

  private void control(int first, int opcode, long length) throws IOException {
    if (opcode > WebSocket.PONG || (first & 0x80) == 0 || length > MOST_CONTROL) {
      throw fault("no such control frame");
    }
    byte[] payload = new byte[(int) length];
    in(payload);
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i & 3];
    }
    closed = opcode == WebSocket.CLOSE;
    control.take(opcode, payload);
  }

  private long length() throws IOException {
    int second = octet();
    if ((second & 0x80) == 0) {
      throw fault("a client masks its frames");
    }
    int bytes = (second & 0x7f) == 127 ? 8 : (second & 0x7f) == 126 ? 2 : 0;
    long length = bytes == 0 ? second & 0x7f : 0;
    for (int i = 0; i < bytes; i++) {
      length = (length << 8) | octet();
    }
    if (length < 0) {
      throw fault("no such length");
    }
    return length;
  }

  private static WebSocketFault fault(String message) {
    return new WebSocketFault(WebSocket.PROTOCOL, message);
  }

  private int octet() throws IOException {
    int b = in.read();
    if (b < 0) {
      throw new EOFException("the client went without a word");
    }
    return b;
  }

  private void in(byte[] bytes) throws IOException {
    if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
      throw new EOFException("the client went in the middle of a frame");
    }
  }
}
