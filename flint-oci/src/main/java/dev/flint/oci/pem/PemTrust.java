package dev.flint.oci.pem;

import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whom to trust: certificate authorities in PEM files, or those of the JDK. */
public final class PemTrust {
  private PemTrust() {}

  /**
   * Trusts these and no others.
   *
   * @throws FlintException LOCAL_IO if one holds no certificate
   */
  public static X509ExtendedTrustManager in(List<Pem> authorities)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int n = 0;
    for (Pem pem : authorities) {
      for (Certificate certificate : pem.certificates()) {
        store.setCertificateEntry("file" + n++, certificate);
      }
    }
    return manager(store);
  }

  /** Trusts whom the JDK does. */
  public static X509ExtendedTrustManager inJdk() throws GeneralSecurityException {
    return manager(null);
  }

  private static X509ExtendedTrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException("this JDK has no X.509 trust manager");
  }
}
