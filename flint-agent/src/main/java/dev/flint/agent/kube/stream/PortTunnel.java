package dev.flint.agent.kube.stream;

import dev.flint.agent.http.socket.MessageInput;
import dev.flint.agent.http.socket.WebSocket;
import dev.flint.agent.http.spdy.SpdySession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Ports of a pod in the way of kubectl: {@code portforward.k8s.io} over SPDY in a WebSocket. Each
 * connection has two streams, of errors and of data, that have one {@code requestid}. For the
 * thread that reads, but for what pods say.
 */
public final class PortTunnel implements SpdySession.Streams {
  /** Half of all: one client has not the place of everybody. */
  private static final int MOST = Forwarding.MOST / 2;

  /** Clients count. */
  private static final int LONGEST_ID = 64;

  private final SpdySession session;
  private final WebSocket socket;
  private final Dialer dialer;
  private final Forwarding forwarding;

  /** Streams of errors that have no data yet, by request; each has a place. */
  private final Map<String, Integer> waiting = new HashMap<>();

  /** By their streams of data. */
  private final Map<Integer, ForwardedPort> ports = new ConcurrentHashMap<>();

  /** To the ports of one pod. */
  public PortTunnel(WebSocket socket, Dialer dialer, Forwarding forwarding) {
    this.socket = socket;
    this.session = new SpdySession(new MessageInput(socket), socket::send, this);
    this.dialer = dialer;
    this.forwarding = forwarding;
  }

  /** Forwards until the client ends it. */
  public void run() throws IOException {
    try (session) {
      session.run();
      socket.close(WebSocket.NORMAL, "");
    } finally {
      forwarding.giveBack(waiting.size());
      closeAll();
    }
  }

  private void closeAll() {
    for (ForwardedPort port : ports.values()) {
      port.close();
    }
  }

  @Override
  public void opened(int id, Map<String, String> headers) throws IOException {
    String request = headers.getOrDefault("requestid", "");
    String type = headers.getOrDefault("streamtype", "");
    int port = port(headers.getOrDefault("port", ""));
    boolean room = waiting.size() + ports.size() < MOST && request.length() <= LONGEST_ID;
    boolean isNew = !waiting.containsKey(request);
    if (type.equals("error") && port > 0 && isNew && room && forwarding.take(1)) {
      waiting.put(request, id);
      session.accept(id);
    } else if (type.equals("data") && port > 0 && !isNew) {
      session.accept(id);
      // From here on its place is the connection's.
      int errors = Objects.requireNonNull(waiting.remove(request));
      ForwardedPort forwarded =
          new ForwardedPort(dialer, port, new Streams(errors, id), forwarding);
      ports.put(id, forwarded);
      forwarded.start();
    } else {
      session.reset(id, SpdySession.REFUSED);
    }
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      return port < 1 || port > 65535 ? 0 : port;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** The two streams of a connection, on the way to the client. */
  private final class Streams implements ForwardedPort.Sink {
    private final int errors;
    private final int data;

    Streams(int errors, int data) {
      this.errors = errors;
      this.data = data;
    }

    @Override
    public void data(byte[] bytes, int offset, int length) throws IOException {
      session.send(data, bytes, offset, length);
    }

    @Override
    public void quiet() throws IOException {
      socket.ping();
    }

    @Override
    public void gone() {
      closeAll();
    }

    @Override
    public void ended(String error) throws IOException {
      ports.remove(data);
      byte[] text = error.getBytes(StandardCharsets.UTF_8);
      if (text.length > 0) {
        session.send(errors, text, 0, text.length);
      }
      session.finish(data);
      session.finish(errors);
    }
  }

  @Override
  public void data(int id, byte[] bytes, int offset, int length) {
    ForwardedPort port = ports.get(id);
    if (port != null) {
      port.write(bytes, offset, length);
    }
  }

  @Override
  public void finished(int id) {
    ForwardedPort port = ports.get(id);
    if (port != null) {
      port.finish();
    }
  }

  @Override
  public void reset(int id) {
    if (waiting.values().remove(id)) {
      forwarding.giveBack(1);
    }
    close(ports.remove(id));
  }

  private static void close(@Nullable ForwardedPort port) {
    if (port != null) {
      port.close();
    }
  }
}
