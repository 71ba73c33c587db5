package dev.flint.registry.http;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.pem.PemIdentity;
import dev.flint.registry.settings.ClientIdentity;
import dev.flint.registry.settings.TlsSettings;
import dev.flint.registry.testing.TestCertificate;
import dev.flint.registry.testing.TestSettings;
import dev.flint.registry.testing.TlsServer;
import dev.flint.testing.Command;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mutual TLS, with keys as openssl writes them. */
class PemIdentityTest {
  @TempDir Path folder;
  private TestCertificate server;
  private TestCertificate client;

  @BeforeEach
  void prepare() throws IOException {
    server = TestCertificate.create(folder.resolve("server"), "IP:127.0.0.1");
    client = TestCertificate.create(folder.resolve("client"), "DNS:client.example");
  }

  private String answer(TlsServer to, TlsSettings tls) throws IOException {
    Path roots = folder.resolve("certs.d");
    Path host = Files.createDirectories(roots.resolve(to.host()));
    Files.copy(server.pem(), host.resolve("ca.crt"));
    Http http =
        new Http("flint/test", new Network(TestSettings.of(tls, roots), Proxies.NONE, line -> {}));
    try (Reply reply = http.send(Call.of("GET", URI.create("https://" + to.host() + "/")))) {
      return new String(reply.body().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static TlsSettings showing(Path certificate, Path key) {
    return TlsSettings.DEFAULT.showing(new ClientIdentity(certificate, key));
  }

  /** As a kubelet has them, in any order; openssl writes parameters of a curve, too. */
  @Test
  void readsCertificateAndKeyOfOneFile() throws IOException {
    String certificate = Files.readString(client.certificate());
    String key = Files.readString(client.key());
    String parameters =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    Path both = folder.resolve("both.pem");
    for (String text :
        List.of(certificate + key, key + certificate, parameters + key + certificate)) {
      Files.writeString(both, text);
      assertEquals(1, PemIdentity.read(both, both).length);
    }
  }

  @Test
  void showsOurCertificateToAServerThatWantsIt() throws IOException {
    try (TlsServer tls = TlsServer.start(server, client)) {
      assertEquals("ok", answer(tls, showing(client.certificate(), client.key())));
      assertEquals(List.of("CN=flint tests"), tls.clients());
    }
  }

  @Test
  void aServerThatWantsOneAndGetsNoneIsAFailureThatSaysSo() throws IOException {
    try (TlsServer tls = TlsServer.start(server, client)) {
      FlintException e = assertFails(ErrorCode.NETWORK, () -> answer(tls, TlsSettings.DEFAULT));
      assertTrue(e.remedy().contains("--cert") || e.remedy().equals("try again"), e.remedy());
      assertEquals(List.of(), tls.clients());
    }
  }

  /** What the certs.d folders of Docker and podman hold. */
  @Test
  void theFolderOfTheHostMayHoldIt() throws IOException {
    try (TlsServer tls = TlsServer.start(server, client)) {
      Path host = Files.createDirectories(folder.resolve("certs.d").resolve(tls.host()));
      Files.copy(client.certificate(), host.resolve("client.cert"));
      Files.copy(client.key(), host.resolve("client.key"));
      assertEquals("ok", answer(tls, TlsSettings.DEFAULT));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa:2048", "ec"})
  void readsKeysOfBothKindsInNewAndOldForm(String kind) throws IOException {
    Path key = folder.resolve("new.pem");
    Path old = folder.resolve("old.pem");
    Path certificate = folder.resolve("cert.pem");
    List<Object> words = new ArrayList<>(List.of("openssl", "req", "-x509", "-newkey", kind));
    if (kind.equals("ec")) {
      words.addAll(List.of("-pkeyopt", "ec_paramgen_curve:secp384r1"));
    }
    words.addAll(
        List.of("-nodes", "-subj", "/CN=us", "-days", "2", "-keyout", key, "-out", certificate));
    Command.run(words.toArray()).ok();
    Command.run("openssl", "pkey", "-traditional", "-in", key, "-out", old).ok();
    assertTrue(Files.readString(key).contains("BEGIN PRIVATE KEY"));
    assertTrue(Files.readString(old).matches("(?s)-----BEGIN (RSA|EC) PRIVATE KEY.*"));

    for (Path file : List.of(key, old)) {
      assertEquals(1, PemIdentity.read(certificate, file).length);
    }
  }

  @Test
  void anEncryptedKeyIsRefusedWithAWayOut() throws IOException {
    Path encrypted = folder.resolve("encrypted.pem");
    Command.run(
            "openssl",
            "pkey",
            "-aes256",
            "-passout",
            "pass:x",
            "-in",
            client.key(),
            "-out",
            encrypted)
        .ok();
    FlintException e = refused(client.certificate(), encrypted);
    assertTrue(e.remedy().contains("openssl pkey"), e.remedy());
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() {
    FlintException e = refused(client.certificate(), server.key());
    assertTrue(String.valueOf(e.getMessage()).contains(server.key().toString()), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
      })
  void whatIsNoKeyIsRefused(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("no.key"), text, StandardCharsets.UTF_8);
    FlintException e = refused(client.certificate(), file);
    assertTrue(String.valueOf(e.getMessage()).contains(file.toString()), e.getMessage());
  }

  private static FlintException refused(Path certificate, Path key) {
    return assertFails(ErrorCode.LOCAL_IO, () -> PemIdentity.read(certificate, key));
  }
}
