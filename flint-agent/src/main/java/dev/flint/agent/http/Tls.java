package dev.flint.agent.http;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * How connections are secured.
 *
 * @param askClients whether clients are asked for a certificate, which they need not have
 */
record Tls(SSLContext context, boolean askClients) {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /** Secures one that a client has opened; the handshake is still to be made. */
  SSLSocket over(Socket client) throws IOException {
    SSLSocket secure = (SSLSocket) context.getSocketFactory().createSocket(client, null, true);
    secure.setUseClientMode(false);
    secure.setEnabledProtocols(PROTOCOLS);
    secure.setWantClientAuth(askClients);
    return secure;
  }
}
