package dev.flint.agent.kube.pki;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.pem.Pem;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnCertificateTest {
  @TempDir private Path folder;

  private OwnCertificate of(String address) throws IOException {
    return new OwnCertificate(pki(), List.of("edge.lan"), List.of(address));
  }

  private Path pki() {
    return folder.resolve("pki");
  }

  private byte[] kept() throws Exception {
    return Files.readAllBytes(pki().resolve("kubelet-server-current.pem"));
  }

  @Test
  void isMadeOnceInTenYearsForItsOwnerAlone() throws Exception {
    Instant now = Instant.now();
    of("10.0.0.1").get(now);
    byte[] first = kept();
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(pki())));
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(pki().resolve("kubelet-server-current.pem"))));
    try (var files = Files.list(pki())) {
      assertEquals(1, files.count());
    }
    of("10.0.0.1").get(now.plus(Duration.ofDays(3600)));
    assertArrayEquals(first, kept());
    of("10.0.0.1").get(now.plus(Duration.ofDays(3625)));
    assertFalse(Arrays.equals(first, kept()), "it ends within a month");
  }

  @Test
  void isMadeAnewForAnotherAddressAndWhatIsDamaged() throws Exception {
    of("10.0.0.1").get(Instant.now());
    byte[] first = kept();
    of("10.0.0.2").get(Instant.now());
    byte[] second = kept();
    assertFalse(Arrays.equals(first, second));
    Files.write(
        pki().resolve("kubelet-server-current.pem"), Arrays.copyOf(second, second.length / 2));
    of("10.0.0.2").get(Instant.now());
    byte[] third = kept();
    of("10.0.0.2").get(Instant.now());
    assertArrayEquals(third, kept());
  }

  @Test
  void knowsAddressesOfVersion6Again() throws Exception {
    of("fe80::1").get(Instant.now());
    byte[] first = kept();
    of("fe80:0:0:0:0:0:0:1").get(Instant.now());
    assertArrayEquals(first, kept());
  }

  @Test
  void saysWhatRfc5280WantsOfAServer() throws Exception {
    Instant now = Instant.parse("2045-03-04T05:06:07.8Z");
    OwnCertificate own =
        new OwnCertificate(pki(), List.of("edge.lan"), List.of("10.0.0.1", "fe80::1"));
    own.get(now);
    X509Certificate made = Pem.of(own.file()).certificates().get(0);
    made.verify(made.getPublicKey());
    assertEquals(3, made.getVersion());
    assertEquals(1, made.getSerialNumber().signum());
    assertEquals("CN=flint-agent", made.getSubjectX500Principal().toString());
    assertEquals(made.getSubjectX500Principal(), made.getIssuerX500Principal());
    assertEquals(Instant.parse("2045-03-03T05:06:07Z"), made.getNotBefore().toInstant());
    assertEquals(Instant.parse("2055-03-02T05:06:07Z"), made.getNotAfter().toInstant());
    assertTrue(made.getKeyUsage()[0], "digital signature");
    assertEquals(Set.of("2.5.29.15"), made.getCriticalExtensionOIDs());
    assertEquals(List.of("1.3.6.1.5.5.7.3.1"), made.getExtendedKeyUsage());
    assertEquals(
        Set.of(List.of(2, "edge.lan"), List.of(7, "10.0.0.1"), List.of(7, "fe80:0:0:0:0:0:0:1")),
        Set.copyOf(made.getSubjectAlternativeNames()));
  }

  /** Go, which API servers are written in, reads more strictly than Java. */
  @Test
  void opensslTakesIt() throws Exception {
    OwnCertificate own =
        new OwnCertificate(pki(), List.of("edge.lan"), List.of("10.0.0.1", "fe80::1"));
    own.get(Instant.now());
    for (String[] name : new String[][] {{"hostname", "edge.lan"}, {"ip", "fe80::1"}}) {
      Command.Result told =
          Command.run(
                  "openssl",
                  "verify",
                  "-purpose",
                  "sslserver",
                  "-verify_" + name[0],
                  name[1],
                  "-CAfile",
                  own.file(),
                  own.file())
              .ok();
      assertEquals(own.file() + ": OK\n", told.out());
    }
  }
}
