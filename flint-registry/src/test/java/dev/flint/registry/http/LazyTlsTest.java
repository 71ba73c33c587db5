package dev.flint.registry.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.FlintException;
import dev.flint.registry.testing.FaultServer;
import java.io.IOException;
import java.net.URI;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;

/** TLS takes long to set up, so it is left until somebody wants it. */
class LazyTlsTest {
  private final AskedTrust trust = new AskedTrust();
  private final Http http =
      new Http(
          "flint/test",
          Optional.of(new CaTrust((SSLSocketFactory) SSLSocketFactory.getDefault(), trust)),
          Duration.ofSeconds(1));

  /** Trusts nobody and counts how often it was asked whom it knows, as setting up TLS does. */
  private static final class AskedTrust implements X509TrustManager {
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("nobody is trusted");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("nobody is trusted");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      asked.incrementAndGet();
      return new X509Certificate[0];
    }
  }

  @Test
  void plainHttpDoesNotSetUpTls() throws IOException {
    try (FaultServer server = FaultServer.start(x -> x.reply(200, "", new byte[0]))) {
      http.send(Call.of("GET", URI.create("http://" + server.host() + "/"))).close();
      http.send(Call.of("POST", URI.create("http://" + server.host() + "/"))).close();
    }
    assertEquals(0, trust.asked.get());
  }

  @Test
  void theFirstHttpsRequestSetsUpTls() throws IOException {
    try (FaultServer server = FaultServer.start(x -> x.reply(200, "", new byte[0]))) {
      URI url = URI.create("https://" + server.host() + "/");
      assertThrows(FlintException.class, () -> http.send(Call.of("GET", url)));
    }
    assertTrue(trust.asked.get() > 0);
  }
}
