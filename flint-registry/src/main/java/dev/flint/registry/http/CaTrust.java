package dev.flint.registry.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trust in the JDK's certificate authorities and in those of a PEM file.
 *
 * @param socketFactory makes the connections
 * @param trustManager the same trust, for OkHttp's own checks
 */
public record CaTrust(SSLSocketFactory socketFactory, X509TrustManager trustManager) {
  /**
   * Reads a PEM file of one or more certificates.
   *
   * @throws FlintException LOCAL_IO if it cannot be read or holds no certificate
   */
  public static CaTrust fromPem(Path file) throws IOException {
    try {
      Collection<? extends Certificate> added =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
      if (added.isEmpty()) {
        throw new FlintException(ErrorCode.LOCAL_IO, "no certificate in " + file);
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int n = 0;
      for (X509Certificate known : manager(null).getAcceptedIssuers()) {
        store.setCertificateEntry("jdk" + n++, known);
      }
      for (Certificate certificate : added) {
        store.setCertificateEntry("file" + n++, certificate);
      }
      X509TrustManager manager = manager(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {manager}, null);
      return new CaTrust(context.getSocketFactory(), manager);
    } catch (GeneralSecurityException e) {
      throw new FlintException(
          ErrorCode.LOCAL_IO, "cannot use the certificates in " + file + ": " + e.getMessage(), e);
    }
  }

  private static X509TrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException("this JDK has no X.509 trust manager");
  }
}
