package dev.flint.agent.kube.node;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** The address of this device on the way to a server, as the kernel's routes have it. */
final class RouteAddress {
  /** Any will do: nothing is sent. */
  private static final int PORT = 443;

  private RouteAddress() {}

  /** Asks the kernel; none if there is no way. */
  static List<String> to(InetAddress server) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(server, PORT));
      InetAddress own = socket.getLocalAddress();
      String text = own.getHostAddress();
      return own.isAnyLocalAddress() || text.indexOf('%') >= 0 ? List.of() : List.of(text);
    } catch (IOException e) {
      return List.of();
    }
  }
}
