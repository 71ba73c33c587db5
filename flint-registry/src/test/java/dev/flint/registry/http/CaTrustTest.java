package dev.flint.registry.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.testing.TestCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaTrustTest {
  @TempDir Path folder;

  @Test
  void takesEveryCertificateOfAFile() throws IOException {
    Path a = TestCertificate.create(folder.resolve("a"), "IP:127.0.0.1").pem();
    Path b = TestCertificate.create(folder.resolve("b"), "IP:127.0.0.1").pem();
    Path none = Files.writeString(folder.resolve("one.pem"), "# a\n" + Files.readString(a));
    Path both =
        Files.writeString(folder.resolve("two.pem"), Files.readString(a) + Files.readString(b));

    int one = CaTrust.fromPem(none).trustManager().getAcceptedIssuers().length;
    int two = CaTrust.fromPem(both).trustManager().getAcceptedIssuers().length;

    assertEquals(1, one);
    assertEquals(2, two);
  }

  @Test
  void keepsTheAuthoritiesOfTheJdk() throws IOException, GeneralSecurityException {
    TrustManagerFactory jdk =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    jdk.init((KeyStore) null);
    X509TrustManager usual = (X509TrustManager) jdk.getTrustManagers()[0];
    Path file = TestCertificate.create(folder.resolve("a"), "IP:127.0.0.1").pem();
    X509TrustManager ours = CaTrust.fromPem(file).trustManager();

    List<X509Certificate> trusted = trusted(usual, List.of(usual.getAcceptedIssuers()));
    assertTrue(trusted.size() > 10, "only " + trusted.size() + " certificates");
    assertEquals(trusted, trusted(ours, List.of(usual.getAcceptedIssuers())));
    List<X509Certificate> own = List.of(ours.getAcceptedIssuers());
    assertEquals(own, trusted(ours, own));
    assertEquals(List.of(), trusted(usual, own));
  }

  private static List<X509Certificate> trusted(X509TrustManager by, List<X509Certificate> all) {
    return all.stream().filter(one -> trusts(by, one)).toList();
  }

  private static boolean trusts(X509TrustManager manager, X509Certificate one) {
    try {
      manager.checkServerTrusted(new X509Certificate[] {one}, "UNKNOWN");
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not a certificate",
        "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
      })
  void refusesAFileWithoutACertificate(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("ca.pem"), text, StandardCharsets.UTF_8);
    FlintException e = assertThrows(FlintException.class, () -> CaTrust.fromPem(file));
    assertEquals(ErrorCode.LOCAL_IO, e.code());
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains(file.toString()), message);
  }

  @Test
  void leavesAMissingFileToTheEdge() {
    assertThrows(NoSuchFileException.class, () -> CaTrust.fromPem(folder.resolve("none")));
  }
}
