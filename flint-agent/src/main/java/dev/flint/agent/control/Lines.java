package dev.flint.agent.control;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** One JSON document a line, both ways. For one thread. */
final class Lines implements Closeable {
  private static final int MAX_LINE = 4 << 20;

  private final SocketChannel channel;
  private final InputStream in;

  Lines(SocketChannel channel) {
    this.channel = channel;
    this.in = new BufferedInputStream(Channels.newInputStream(channel));
  }

  /** The next line; empty at the end. */
  Optional<JsonObject> read() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    while (next >= 0 && next != '\n') {
      if (line.size() >= MAX_LINE) {
        throw new FlintException(ErrorCode.POLICY, "a message of the agent is too long");
      }
      line.write(next);
      next = in.read();
    }
    return next < 0
        ? Optional.empty()
        : Optional.of(JsonObject.parse(line.toByteArray(), "message"));
  }

  /**
   * Whoever waits for an answer says nothing, so that its end can be seen. Not for one that has
   * more to say: a byte of it would be lost.
   *
   * @throws EOFException if the other side is gone
   */
  void requireThere() throws IOException {
    channel.configureBlocking(false);
    try {
      if (channel.read(ByteBuffer.allocate(1)) < 0) {
        throw new EOFException("the client is gone");
      }
    } finally {
      channel.configureBlocking(true);
    }
  }

  void write(JsonObject message) throws IOException {
    byte[] bytes = message.bytes();
    ByteBuffer line = ByteBuffer.allocate(bytes.length + 1).put(bytes).put((byte) '\n').flip();
    while (line.hasRemaining()) {
      channel.write(line);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
