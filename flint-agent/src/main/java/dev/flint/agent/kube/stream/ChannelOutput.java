package dev.flint.agent.kube.stream;

import dev.flint.agent.http.socket.WebSocket;
import java.io.IOException;
import java.io.OutputStream;

/** A channel of a WebSocket; each write is a message, and waits until the client takes it. */
final class ChannelOutput extends OutputStream {
  private final WebSocket socket;
  private final int channel;

  ChannelOutput(WebSocket socket, int channel) {
    this.socket = socket;
    this.channel = channel;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    socket.send(channel, bytes, offset, length);
  }
}
