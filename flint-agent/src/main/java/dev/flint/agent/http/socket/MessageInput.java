package dev.flint.agent.http.socket;

import java.io.IOException;
import java.io.InputStream;

/**
 * What the client of a WebSocket says until it closes, where its messages mean nothing but what is
 * in them, one after the other.
 */
public final class MessageInput extends InputStream {
  private final WebSocket socket;

  /** Of a WebSocket that nobody else reads. */
  public MessageInput(WebSocket socket) {
    this.socket = socket;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int n = socket.read(bytes, offset, length);
    while (n < 0 && socket.next()) {
      n = socket.read(bytes, offset, length);
    }
    return n;
  }
}
