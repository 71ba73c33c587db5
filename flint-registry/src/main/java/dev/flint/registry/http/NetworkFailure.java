package dev.flint.registry.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/** Says in the user's words what went wrong on a connection. */
final class NetworkFailure {
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
    if (e instanceof SSLException) {
      return failure(
          "no secure connection to " + host + ": " + reason(e),
          "--ca-file FILE trusts a private CA, --plain-http is for registries without TLS",
          e);
    }
    if (e instanceof EOFException || e instanceof ProtocolException) {
      return failure("the connection to " + host + " ended early: " + reason(e), "try again", e);
    }
    return failure("the connection to " + host + " failed: " + reason(e), "try again", e);
  }

  private static String reason(IOException e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null ? root.getClass().getSimpleName() : message.replaceAll("\\s+", " ");
  }

  private static FlintException failure(String message, String remedy, IOException cause) {
    return new FlintException(ErrorCode.NETWORK, message, remedy, cause);
  }
}
