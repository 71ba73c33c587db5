package dev.flint.agent.control;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;

/** A connection to an agent. For one thread. */
public final class ControlClient implements Closeable {
  private final Lines lines;

  private ControlClient(Lines lines) {
    this.lines = lines;
  }

  /**
   * Connects; empty if no agent listens.
   *
   * @param socket as {@link ControlServer} was given it
   */
  public static Optional<ControlClient> connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return Optional.of(new ControlClient(new Lines(channel)));
    } catch (IOException e) {
      // No socket, or one that nobody listens at any more.
      channel.close();
      return Optional.empty();
    }
  }

  /**
   * Asks and waits for the answer.
   *
   * @throws FlintException what the agent failed with, or NETWORK if it went away
   */
  public JsonObject ask(JsonObject request) throws IOException {
    lines.write(request);
    JsonObject answer =
        lines
            .read()
            .orElseThrow(
                () ->
                    new FlintException(
                        ErrorCode.NETWORK, "the agent ended before it answered", "try again"));
    Optional<JsonObject> error = answer.object("error");
    if (error.isPresent()) {
      throw failure(error.get());
    }
    return answer;
  }

  /** Waits until the agent has gone away. */
  public void awaitEnd() throws IOException {
    while (lines.read().isPresent()) {
      // It has nothing more to say.
    }
  }

  private static FlintException failure(JsonObject error) throws FlintException {
    String name = error.string("code").orElse("");
    ErrorCode code = ErrorCode.INTERNAL;
    for (ErrorCode each : ErrorCode.values()) {
      code = each.name().equals(name) ? each : code;
    }
    return new FlintException(
        code, error.string("message").orElse(""), error.string("remedy").orElse(""));
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
