package dev.flint.registry.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.pem.CredulousTrust;
import dev.flint.oci.pem.Pem;
import dev.flint.oci.pem.PemIdentity;
import dev.flint.oci.pem.PemTrust;
import dev.flint.registry.settings.ClientIdentity;
import dev.flint.registry.settings.TlsSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Whom to trust, usually the JDK's certificate authorities and those of PEM files, and what to show
 * of ourselves.
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
    return make(TlsSettings.DEFAULT.trusting(List.of(file)));
  }

  /**
   * Does as settings say.
   *
   * @return empty if that is what the JDK does by itself
   * @throws FlintException LOCAL_IO if a file does not hold what it should
   */
  static Optional<CaTrust> of(TlsSettings settings) throws IOException {
    boolean usual =
        settings.verify() && settings.caFiles().isEmpty() && settings.identity().isEmpty();
    return usual ? Optional.empty() : Optional.of(make(settings));
  }

  private static CaTrust make(TlsSettings settings) throws IOException {
    ClientIdentity own = settings.identity().orElse(null);
    KeyManager[] keys = own == null ? null : PemIdentity.read(own.certificate(), own.key());
    try {
      X509TrustManager manager =
          settings.verify() ? trust(settings.caFiles()) : new CredulousTrust();
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, new TrustManager[] {manager}, null);
      return new CaTrust(context.getSocketFactory(), manager);
    } catch (GeneralSecurityException e) {
      throw new FlintException(ErrorCode.LOCAL_IO, "cannot set up TLS: " + e.getMessage(), e);
    }
  }

  private static X509TrustManager trust(List<Path> files)
      throws IOException, GeneralSecurityException {
    if (files.isEmpty()) {
      return PemTrust.inJdk();
    }
    List<Pem> authorities = new ArrayList<>();
    for (Path file : files) {
      authorities.add(Pem.of(file));
    }
    return new OwnTrustFirst(PemTrust.in(authorities), PemTrust::inJdk);
  }
}
