package dev.flint.agent.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Where to listen. */
public final class ListenAddress {
  private static final int MAX_PORT = 65535;

  private ListenAddress() {}

  /**
   * Reads {@code HOST:PORT}, of this host's loopback only, for what asks nobody who they are.
   *
   * @throws FlintException USAGE if it is not that, POLICY if it is not loopback
   */
  static InetSocketAddress loopback(String text) throws FlintException {
    InetSocketAddress address = anywhere(text);
    if (!address.getAddress().isLoopbackAddress()) {
      throw new FlintException(
          ErrorCode.POLICY,
          "the agent does not listen on " + text + ": it asks nobody for a password",
          "use 127.0.0.1:PORT, and an ssh tunnel or a proxy that asks for one");
    }
    return address;
  }

  /**
   * Reads {@code ADDRESS:PORT}, for example {@code 0.0.0.0:10250} or {@code [::]:10250}.
   *
   * @throws FlintException USAGE if it is not that
   */
  public static InetSocketAddress anywhere(String text) throws FlintException {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    int port = colon < 0 ? -1 : port(text.substring(colon + 1));
    if (port < 0 || !isAddress(host)) {
      throw new FlintException(
          ErrorCode.USAGE, "\"" + text + "\" is no address to listen on", "use 127.0.0.1:PORT");
    }
    return new InetSocketAddress(address(host), port);
  }

  /** What the header Host says, which a page in a browser that was led astray cannot choose. */
  static boolean isLoopback(String hostHeader) {
    int colon = hostHeader.lastIndexOf(':');
    boolean hasPort = colon >= 0 && !hostHeader.endsWith("]");
    String host = hasPort ? hostHeader.substring(0, colon) : hostHeader;
    try {
      return isAddress(host) && address(host).isLoopbackAddress();
    } catch (FlintException e) {
      return false;
    }
  }

  private static int port(String text) {
    if (text.isEmpty() || text.length() > 5) {
      return -1;
    }
    int port = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      port = port * 10 + digit;
    }
    return port > MAX_PORT ? -1 : port;
  }

  /** Nothing that would be looked up. */
  private static boolean isAddress(String host) {
    if (host.equals("localhost")) {
      return true;
    }
    boolean brackets = host.startsWith("[") && host.endsWith("]");
    String letters = brackets ? "0123456789abcdefABCDEF:." : "0123456789.";
    String inner = brackets ? host.substring(1, host.length() - 1) : host;
    for (int i = 0; i < inner.length(); i++) {
      if (letters.indexOf(inner.charAt(i)) < 0) {
        return false;
      }
    }
    return brackets ? inner.indexOf(':') >= 0 : isDotted(inner);
  }

  private static boolean isDotted(String host) {
    int dots = 0;
    for (int i = 0; i < host.length(); i++) {
      dots += host.charAt(i) == '.' ? 1 : 0;
    }
    return dots == 3;
  }

  private static InetAddress address(String host) throws FlintException {
    try {
      return InetAddress.getByName(host.equals("localhost") ? "127.0.0.1" : host);
    } catch (UnknownHostException e) {
      throw new FlintException(
          ErrorCode.USAGE, "\"" + host + "\" is no address to listen on", "use 127.0.0.1:PORT");
    }
  }
}
