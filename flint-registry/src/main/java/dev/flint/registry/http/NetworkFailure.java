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
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Says in the user's words what went wrong on a connection.
 *
 * @param url what was asked for
 * @param proxy what stands between
 */
record NetworkFailure(URI url, Optional<ProxyServer> proxy) {
  private static final int MAX_REASON = 300;

  FlintException of(IOException e) {
    if (e instanceof FlintException already) {
      return already;
    }
    String host = url.getAuthority() + proxy.map(p -> " through the proxy " + p).orElse("");
    if (e instanceof UnknownHostException) {
      String unknown = proxy.map(p -> "the proxy " + p).orElse(url.getAuthority());
      return failure("cannot find host " + unknown, "check the name and the network", e);
    }
    if (text(e).startsWith("Failed to authenticate with proxy")) {
      return new FlintException(
          ErrorCode.AUTH,
          "cannot connect to " + host + ": it wants other credentials",
          "put them into the proxy's address, as in HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT",
          e);
    }
    if (text(e).startsWith("Unexpected response code for CONNECT")) {
      return refusal(
          "cannot connect to " + host + ": it answered" + text(e).replaceFirst(".*:", ""),
          "NO_PROXY lists hosts to be reached without it",
          e);
    }
    if (e instanceof ConnectException || e instanceof NoRouteToHostException) {
      return failure("cannot connect to " + host + ": " + reason(e), remedy(), e);
    }
    if (e instanceof SocketTimeoutException) {
      return failure(host + " did not answer in time", "try again", e);
    }
    if (e instanceof TooSlowException) {
      return refusal(
          host + " is too slow: " + text(e), "min-rate in the config file sets another limit", e);
    }
    if (e instanceof SSLException tls && !isBroken(root(e))) {
      return TlsFailure.of(tls, root(e), host, url.getHost(), reason(e));
    }
    if (text(e).startsWith("unexpected end of stream on http:")) {
      // Before any answer, which is how some servers take it that we do not speak TLS.
      return failure(
          "the connection to " + host + " ended without an answer",
          "try again, or with --no-plain-http if it wants a secure connection",
          e);
    }
    if (e instanceof SSLHandshakeException && root(e) instanceof EOFException) {
      // How some servers without TLS take it that we speak it; or the network failed.
      return failure(
          host + " hung up when asked for a secure connection",
          "try again, or with --plain-http if it is a registry without TLS",
          e);
    }
    if (root(e) instanceof EOFException || text(e).startsWith("unexpected end of stream")) {
      return failure("the connection to " + host + " ended early", "try again", e);
    }
    if (e instanceof ProtocolException) {
      return refusal(
          host + " does not answer in proper http: " + reason(e),
          "if it wants a secure connection, leave out --plain-http or say --no-plain-http",
          e);
    }
    return failure("the connection to " + host + " failed: " + reason(e), "try again", e);
  }

  private String remedy() {
    return proxy.isPresent()
        ? "is the proxy up? NO_PROXY lists hosts to be reached without it"
        : "is the registry up?";
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
