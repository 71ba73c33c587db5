package dev.flint.registry.testing;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/** A server that may want to see a certificate of its clients, on a free loopback port. */
public final class TlsServer implements AutoCloseable {
  private final HttpsServer server;
  private final List<String> clients = new CopyOnWriteArrayList<>();

  private TlsServer(HttpsServer server) {
    this.server = server;
  }

  /** Starts one that tells everybody that what they ask for is not there. */
  public static TlsServer start(TestCertificate own) throws IOException {
    return start(own, own, false);
  }

  /** Starts one that answers those who show this certificate; others it hangs up on. */
  public static TlsServer start(TestCertificate own, TestCertificate client) throws IOException {
    return start(own, client, true);
  }

  private static TlsServer start(TestCertificate own, TestCertificate client, boolean wanted)
      throws IOException {
    HttpsServer http =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    TlsServer server = new TlsServer(http);
    SSLContext context = context(own, client);
    http.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters ssl = context.getDefaultSSLParameters();
            ssl.setNeedClientAuth(wanted);
            parameters.setSSLParameters(ssl);
          }
        });
    http.createContext(
        "/",
        exchange -> {
          try (exchange) {
            if (!wanted) {
              exchange.sendResponseHeaders(404, -1);
              return;
            }
            server.clients.add(
                ((HttpsExchange) exchange).getSSLSession().getPeerPrincipal().getName());
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("ok".getBytes(StandardCharsets.UTF_8));
          }
        });
    http.start();
    return server;
  }

  private static SSLContext context(TestCertificate own, TestCertificate client)
      throws IOException {
    char[] password = TestCertificate.PASSWORD.toCharArray();
    try (InputStream keys = Files.newInputStream(own.keyStore());
        InputStream trusted = Files.newInputStream(client.pem())) {
      KeyStore keyStore = KeyStore.getInstance("PKCS12");
      keyStore.load(keys, password);
      KeyManagerFactory keyManagers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keyManagers.init(keyStore, password);
      KeyStore trustStore = KeyStore.getInstance("PKCS12");
      trustStore.load(null, null);
      trustStore.setCertificateEntry(
          "client", CertificateFactory.getInstance("X.509").generateCertificate(trusted));
      TrustManagerFactory trustManagers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trustManagers.init(trustStore);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** {@code HOST:PORT}. */
  public String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Who was let in, by the names in their certificates. */
  public List<String> clients() {
    return List.copyOf(clients);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
