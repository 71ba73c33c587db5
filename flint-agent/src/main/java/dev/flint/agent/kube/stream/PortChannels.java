package dev.flint.agent.kube.stream;

import dev.flint.agent.http.socket.WebSocket;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Ports of a pod over {@code v4.channel.k8s.io}: to each port one connection, with a channel of
 * data and one of errors, on each of which the port is said first.
 */
public final class PortChannels {
  private static final int MOST = 32;
  private static final int BUFFER = 16 * 1024;

  private final WebSocket socket;
  private final Dialer dialer;
  private final Forwarding forwarding;

  private final List<ForwardedPort> all = new CopyOnWriteArrayList<>();

  /** Guarded by this. */
  private int open;

  /** To the ports of one pod. */
  public PortChannels(WebSocket socket, Dialer dialer, Forwarding forwarding) {
    this.socket = socket;
    this.dialer = dialer;
    this.forwarding = forwarding;
  }

  /**
   * The ports that a client asks for.
   *
   * @throws FlintException USAGE if they are none
   */
  public static List<Integer> ports(Map<String, List<String>> query) throws FlintException {
    List<Integer> ports = new ArrayList<>();
    for (String name : List.of("port", "ports")) {
      for (String value : query.getOrDefault(name, List.of())) {
        for (String one : value.split(",", -1)) {
          ports.add(port(one));
        }
      }
    }
    if (ports.isEmpty() || ports.size() > MOST) {
      throw new FlintException(ErrorCode.USAGE, "port: 1 to " + MOST + " ports must be asked for");
    }
    return ports;
  }

  private static int port(String text) throws FlintException {
    try {
      int port = Integer.parseInt(text);
      if (port > 0 && port < 65536) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new FlintException(ErrorCode.USAGE, "port: must be a number from 1 to 65535");
  }

  /**
   * Forwards until the client or all the ports have ended it.
   *
   * @param ports for each of which a place was taken, which is given back
   */
  public void run(List<Integer> ports) throws IOException {
    int begun = 0;
    synchronized (this) {
      open = ports.size();
    }
    try {
      for (int port : ports) {
        int channel = 2 * all.size();
        byte[] first = {(byte) port, (byte) (port >> 8)};
        socket.send(channel, first, 0, 2);
        socket.send(channel + 1, first, 0, 2);
        ForwardedPort forwarded =
            new ForwardedPort(dialer, port, new Channels(channel), forwarding);
        all.add(forwarded);
        begun++;
        forwarded.start();
      }
      byte[] buffer = new byte[BUFFER];
      while (socket.next()) {
        int channel = socket.read();
        for (int n = socket.read(buffer, 0, BUFFER); n >= 0; n = socket.read(buffer, 0, BUFFER)) {
          if (channel % 2 == 0 && channel / 2 < all.size()) {
            all.get(channel / 2).write(buffer, 0, n);
          }
        }
      }
    } finally {
      forwarding.giveBack(ports.size() - begun);
      closeAll();
    }
  }

  private void closeAll() {
    for (ForwardedPort port : all) {
      port.close();
    }
  }

  private synchronized boolean isLast() {
    return --open == 0;
  }

  /** The two channels of a port, on the way to the client. */
  private final class Channels implements ForwardedPort.Sink {
    private final int data;

    Channels(int data) {
      this.data = data;
    }

    @Override
    public void data(byte[] bytes, int offset, int length) throws IOException {
      socket.send(data, bytes, offset, length);
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
      byte[] text = error.getBytes(StandardCharsets.UTF_8);
      if (text.length > 0) {
        socket.send(data + 1, text, 0, text.length);
      }
      if (isLast()) {
        socket.close(WebSocket.NORMAL, "");
      }
    }
  }
}
