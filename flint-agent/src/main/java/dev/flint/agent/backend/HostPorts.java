package dev.flint.agent.backend;

import dev.flint.agent.instance.PortForward;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Ports of this host, found out by taking them for a moment. */
public final class HostPorts {
  private HostPorts() {}

  /**
   * The forwards with a free port wherever none was chosen.
   *
   * @throws FlintException UNSUPPORTED for an address that is not IPv4, USAGE for a port that is
   *     forwarded twice, LOCAL_IO for an address that is not the host's
   */
  public static List<PortForward> choose(List<PortForward> ports) throws IOException {
    List<PortForward> chosen = new ArrayList<>();
    for (PortForward port : ports) {
      address(port);
      PortForward next = port.hostPort() == 0 ? port.from(take(port)) : port;
      if (meets(chosen, next)) {
        throw new FlintException(ErrorCode.USAGE, text(next) + " is forwarded twice");
      }
      chosen.add(next);
    }
    return chosen;
  }

  /** Whether one of some forwards has a port of the host that another wants. */
  public static boolean meets(List<PortForward> some, PortForward wanted) {
    for (PortForward one : some) {
      if (one.hostPort() == wanted.hostPort()
          && one.protocol() == wanted.protocol()
          && meet(one.hostAddress(), wanted.hostAddress())) {
        return true;
      }
    }
    return false;
  }

  private static boolean meet(String one, String other) {
    return one.equals(other) || one.equals("0.0.0.0") || other.equals("0.0.0.0");
  }

  /**
   * Makes sure that all are free now.
   *
   * @throws FlintException LOCAL_IO that names the first that is not
   */
  public static void requireFree(List<PortForward> ports) throws IOException {
    for (PortForward port : ports) {
      take(port);
    }
  }

  private static int take(PortForward port) throws FlintException {
    InetSocketAddress at = new InetSocketAddress(address(port), port.hostPort());
    try {
      if (port.protocol() == PortForward.Protocol.UDP) {
        try (DatagramSocket socket = new DatagramSocket(at)) {
          return socket.getLocalPort();
        }
      }
      try (ServerSocket socket = new ServerSocket()) {
        // As QEMU does: connections of an earlier guest that fade away do not count.
        socket.setReuseAddress(true);
        socket.bind(at);
        return socket.getLocalPort();
      }
    } catch (IOException e) {
      throw new FlintException(
          ErrorCode.LOCAL_IO,
          text(port) + " cannot be used: " + e.getMessage(),
          "choose another port, or stop what has it",
          e);
    }
  }

  /** A name must not be looked up, so only four numbers will do. */
  private static InetAddress address(PortForward port) throws FlintException {
    String[] parts = port.hostAddress().split("\\.", -1);
    byte[] bytes = new byte[4];
    boolean literal = parts.length == bytes.length;
    for (int i = 0; literal && i < parts.length; i++) {
      try {
        int part = Integer.parseInt(parts[i]);
        // Neither signs nor zeros before, which some take for octal numbers.
        literal = part >= 0 && part <= 255 && parts[i].equals(Integer.toString(part));
        bytes[i] = (byte) part;
      } catch (NumberFormatException e) {
        literal = false;
      }
    }
    if (!literal) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "\"" + port.hostAddress() + "\" is no IPv4 address, and no others are forwarded",
          "use 127.0.0.1, or 0.0.0.0 for all addresses");
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(PortForward port) {
    return "port "
        + port.hostPort()
        + "/"
        + port.protocol().name().toLowerCase(Locale.ROOT)
        + " of "
        + port.hostAddress();
  }
}
