package dev.flint.registry.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.LostConnectionException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Objects;
import javax.net.ssl.SSLException;

/** Says in the user's words what went wrong on a connection. */
final class NetworkFailure {
  private static final int MAX_REASON = 300;

  private NetworkFailure() {}

  static FlintException of(IOException e, URI url) {
    if (e instanceof FlintException already) {
      return already;
    }
    String host = url.getAuthority();
    if (e instanceof UnknownHostException) {
      return failure("cannot find host " + host, "check the name and the network", e);
    }
    if (e instanceof ConnectException || e instanceof NoRouteToHostException) {
      return failure("cannot connect to " + host + ": " + reason(e), "is the registry up?", e);
    }
    if (e instanceof SocketTimeoutException) {
      return failure(host + " did not answer in time", "try again", e);
    }
    if (e instanceof SSLException && !isBroken(root(e))) {
      return refusal(
          "no secure connection to " + host + ": " + reason(e),
          "--ca-file FILE trusts a private CA, --plain-http is for registries without TLS",
          e);
    }
    if (root(e) instanceof EOFException || text(e).startsWith("unexpected end of stream")) {
      return failure("the connection to " + host + " ended early", "try again", e);
    }
    if (e instanceof ProtocolException) {
      return refusal(
          host + " does not answer in proper http: " + reason(e),
          "if it wants a secure connection, leave out --plain-http",
          e);
    }
    return failure("the connection to " + host + " failed: " + reason(e), "try again", e);
  }

  private static String reason(IOException e) {
    Throwable root = root(e);
    String line = text(root).replaceAll("[\\s\\p{Cc}]+", " ").replaceFirst("\\.$", "");
    return line.isEmpty()
        ? root.getClass().getSimpleName()
        : line.substring(0, Math.min(MAX_REASON, line.length()));
  }

  private static Throwable root(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static String text(Throwable e) {
    return Objects.requireNonNullElse(e.getMessage(), "");
  }

  /** Whether a layer above the sockets only reports what happened to them. */
  private static boolean isBroken(Throwable root) {
    return root instanceof SocketException || root instanceof EOFException;
  }

  /** What another attempt would not change. */
  private static FlintException refusal(String message, String remedy, IOException cause) {
    return new FlintException(ErrorCode.NETWORK, message, remedy, cause);
  }

  private static FlintException failure(String message, String remedy, IOException cause) {
    return new LostConnectionException(message, remedy, cause);
  }
}
