package dev.flint.agent.kube.api;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.pem.CredulousTrust;
import dev.flint.oci.pem.Pem;
import dev.flint.oci.pem.PemIdentity;
import dev.flint.oci.pem.PemTrust;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** TLS to an API server. */
final class ApiTls {
  private ApiTls() {}

  /** Sets a client up for a server. */
  static void apply(ApiAccess access, OkHttpClient.Builder client) throws IOException {
    try {
      X509ExtendedTrustManager trust = trust(access);
      KeyManager[] own = own(access.credential());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own, new TrustManager[] {trust}, null);
      client.sslSocketFactory(context.getSocketFactory(), trust);
    } catch (GeneralSecurityException e) {
      throw new FlintException(ErrorCode.LOCAL_IO, "cannot set up TLS: " + e.getMessage(), e);
    }
    if (!access.verify()) {
      client.hostnameVerifier((host, session) -> true);
    }
  }

  private static KeyManager @Nullable [] own(Credential credential) throws IOException {
    if (credential instanceof Credential.Certificate certificate) {
      return PemIdentity.read(certificate.chain(), certificate.key());
    } else if (credential instanceof Credential.CertificateFiles files
        && Files.exists(files.chain())) {
      return PemIdentity.read(Pem.of(files.chain()), Pem.of(files.key()));
    }
    return null;
  }

  private static X509ExtendedTrustManager trust(ApiAccess access)
      throws IOException, GeneralSecurityException {
    if (!access.verify()) {
      return new CredulousTrust();
    }
    Pem authority = access.authority().orElse(null);
    // Whoever names an authority of its own has no use for all others.
    return authority == null ? PemTrust.inJdk() : PemTrust.in(List.of(authority));
  }
}
