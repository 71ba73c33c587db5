package dev.flint.agent.kube.testing;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import dev.flint.registry.testing.TestCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * How the server speaks TLS.
 *
 * @param own what it shows
 * @param clients who signs the certificates of clients, PEM; showing one is up to them
 */
public record ServerTls(TestCertificate own, Path clients) {
  HttpsConfigurator configurator() throws IOException {
    SSLContext context = context();
    return new HttpsConfigurator(context) {
      @Override
      public void configure(HttpsParameters parameters) {
        SSLParameters ssl = context.getDefaultSSLParameters();
        ssl.setWantClientAuth(true);
        parameters.setSSLParameters(ssl);
      }
    };
  }

  private SSLContext context() throws IOException {
    char[] password = TestCertificate.PASSWORD.toCharArray();
    try (InputStream keys = Files.newInputStream(own.keyStore());
        InputStream trusted = Files.newInputStream(clients)) {
      KeyStore keyStore = KeyStore.getInstance("PKCS12");
      keyStore.load(keys, password);
      KeyManagerFactory keyManagers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keyManagers.init(keyStore, password);
      KeyStore trustStore = KeyStore.getInstance("PKCS12");
      trustStore.load(null, null);
      trustStore.setCertificateEntry(
          "clients", CertificateFactory.getInstance("X.509").generateCertificate(trusted));
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
}
