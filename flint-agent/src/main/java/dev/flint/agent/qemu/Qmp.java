package dev.flint.agent.qemu;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A client of QEMU's machine protocol on a unix socket (QEMU, docs/interop/qmp-spec): JSON lines,
 * commands with ids, replies and events in between. QEMU serves one client of a socket at a time.
 * One thread is in {@link #readEvents}; any may send commands.
 */
final class Qmp implements Closeable {
  /** No reply that is asked for here comes near it. */
  static final int MAX_LINE = 1 << 16;

  private final SocketChannel channel;
  private final Listener listener;
  private final ByteBuffer buffer = ByteBuffer.allocate(4096).flip();
  private final Map<Long, CompletableFuture<JsonObject>> waiting = new HashMap<>();
  private long lastId;
  private boolean ended;

  /** Hears what QEMU tells unasked. */
  interface Listener {
    /**
     * Called on the reading thread, which must not wait for a reply.
     *
     * @param name as QEMU spells it, for example {@code SHUTDOWN}
     * @param data the event's own members
     */
    void event(String name, JsonObject data) throws IOException;
  }

  private Qmp(SocketChannel channel, Listener listener) {
    this.channel = channel;
    this.listener = listener;
  }

  /** Connects, and does not wait for QEMU to say anything. */
  static Qmp connect(Path socket, Listener listener) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return new Qmp(channel, listener);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Reads the greeting and turns commands on. QEMU greets once the machine is made, so that this is
   * also the sign that it is.
   *
   * @throws IOException if the connection ends before
   */
  void greet() throws IOException {
    JsonObject greeting = read();
    if (!greeting.has("QMP")) {
      throw new FlintException(ErrorCode.PROTOCOL, "QMP: no greeting");
    }
    send(JsonObject.empty().with("execute", "qmp_capabilities").with("id", 0));
    JsonObject line = read();
    while (!line.integer("id").equals(OptionalLong.of(0))) {
      dispatch(line);
      line = read();
    }
    if (line.has("error")) {
      throw new FlintException(ErrorCode.PROTOCOL, "QMP: qmp_capabilities was refused");
    }
  }

  /** Reads until the connection ends, by either side. */
  void readEvents() throws IOException {
    try {
      while (true) {
        dispatch(read());
      }
    } finally {
      close();
    }
  }

  /**
   * Sends a command.
   *
   * @return completes with the reply as it comes, on the reading thread; fails if the connection
   *     ends before
   */
  CompletableFuture<JsonObject> ask(String command) throws IOException {
    CompletableFuture<JsonObject> reply = new CompletableFuture<>();
    long id;
    synchronized (waiting) {
      if (ended) {
        throw new IOException("QMP: the connection has ended");
      }
      id = ++lastId;
      waiting.put(id, reply);
    }
    send(JsonObject.empty().with("execute", command).with("id", id));
    return reply;
  }

  /** Sends a command whose reply nobody wants. */
  void tell(String command) throws IOException {
    send(JsonObject.empty().with("execute", command));
  }

  /**
   * Sends a command and waits for its reply. Not for the reading thread.
   *
   * @return the reply's object; empty if it is of another kind
   * @throws FlintException UNSUPPORTED with QEMU's own words if it refuses, LOCAL_IO if it does not
   *     answer in time
   * @throws IOException if the connection ends
   */
  JsonObject execute(String command, Duration limit) throws IOException {
    try {
      JsonObject line = ask(command).get(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (line.has("error")) {
        String why = line.object("error").orElse(line).string("desc").orElse("no reason");
        throw new FlintException(ErrorCode.UNSUPPORTED, "QEMU refused " + command + ": " + why);
      }
      return line.object("return").orElse(JsonObject.empty());
    } catch (TimeoutException e) {
      throw new FlintException(
          ErrorCode.LOCAL_IO,
          "QEMU did not answer " + command + " in " + limit.toMillis() + " ms",
          e);
    } catch (ExecutionException e) {
      throw new IOException("QMP: the connection ended before the answer to " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlintException(ErrorCode.INTERRUPTED, "interrupted while QEMU was asked", e);
    }
  }

  private void dispatch(JsonObject line) throws IOException {
    OptionalLong id = line.integer("id");
    if (id.isPresent()) {
      CompletableFuture<JsonObject> reply;
      synchronized (waiting) {
        reply = waiting.remove(id.getAsLong());
      }
      if (reply != null) {
        reply.complete(line);
      }
    } else if (line.has("event")) {
      listener.event(line.requiredString("event"), line.object("data").orElse(JsonObject.empty()));
    }
  }

  private void send(JsonObject command) throws IOException {
    byte[] bytes = (command + "\n").getBytes(StandardCharsets.UTF_8);
    synchronized (channel) {
      ByteBuffer out = ByteBuffer.wrap(bytes);
      while (out.hasRemaining()) {
        channel.write(out);
      }
    }
  }

  /** The next line; EOFException at the end. */
  private JsonObject read() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    while (true) {
      if (!buffer.hasRemaining()) {
        buffer.clear();
        int count = channel.read(buffer);
        buffer.flip();
        if (count < 0) {
          throw new EOFException("QMP: the connection has ended");
        }
      }
      while (buffer.hasRemaining()) {
        byte b = buffer.get();
        if (b == '\n') {
          return JsonObject.parse(line.toByteArray(), "QMP line");
        }
        if (line.size() == MAX_LINE) {
          throw new FlintException(
              ErrorCode.POLICY, "QMP: a line is longer than " + MAX_LINE + " bytes");
        }
        line.write(b);
      }
    }
  }

  /** Ends the connection, which leaves QEMU as it is. */
  @Override
  public void close() throws IOException {
    synchronized (waiting) {
      ended = true;
      for (CompletableFuture<JsonObject> reply : waiting.values()) {
        reply.completeExceptionally(new IOException("closed"));
      }
    }
    channel.close();
  }
}
