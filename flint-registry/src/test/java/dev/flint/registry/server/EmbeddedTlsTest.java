package dev.flint.registry.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.testing.TestCertificate;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import dev.flint.testing.Command;
import dev.flint.testing.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A registry that speaks TLS. */
final class EmbeddedTlsTest {
  @TempDir Path folder;

  private Path openssl(String name, String... words) {
    Path file = folder.resolve(name);
    List<String> all = new ArrayList<>(List.of("openssl"));
    for (String word : words) {
      all.add(word.equals("FILE") ? file.toString() : word);
    }
    Command.run(all.toArray()).ok();
    return file;
  }

  private TestCertificate certificateOf(Path key) {
    Path pem =
        openssl(
            "cert-" + key.getFileName(),
            "req",
            "-x509",
            "-days",
            "3",
            "-key",
            key.toString(),
            "-subj",
            "/CN=tests",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-out",
            "FILE");
    return new TestCertificate(key, pem, pem, pem);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "rsa-pkcs8,genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out FILE",
    "rsa-pkcs1,genrsa -traditional -out FILE 2048",
    "ec-pkcs8,genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out FILE",
    "ec-sec1,ecparam -genkey -name prime256v1 -out FILE",
    "ec384-sec1,ecparam -genkey -name secp384r1 -noout -out FILE",
    "ed25519,genpkey -algorithm ED25519 -out FILE"
  })
  void servesWithEveryUsualFormOfKey(String name, String words) throws IOException {
    TestCertificate certificate = certificateOf(openssl(name, words.split(" ", -1)));
    ServerTls tls = ServerTls.fromPem(certificate.certificate(), certificate.key());
    try (EmbeddedRegistry registry =
        new EmbeddedRegistry(folder.resolve("registry"), ServerSettings.OPEN.withTls(tls))) {
      Reference reference = Reference.parse(registry.host() + "/x:v1");
      TestClient client =
          new TestClient(folder.resolve("client")).trusting(certificate.pem()).plainHttp(false);
      TestImage image = TestImage.ofLayerSize(300_000);
      image.putInto(client.images().layout(), reference);
      client.push(reference);
      client.pull(reference);
    }
  }

  @Test
  void sendsNothingInTheClear() throws IOException {
    TestCertificate certificate = TestCertificate.create(folder, "IP:127.0.0.1");
    ServerTls tls = ServerTls.fromPem(certificate.certificate(), certificate.key());
    try (EmbeddedRegistry registry =
        new EmbeddedRegistry(folder.resolve("registry"), ServerSettings.OPEN.withTls(tls))) {
      assertThrows(UncheckedIOException.class, () -> registry.raw.get("/v2/"));
      RawRegistry.tls(registry.server.address(), certificate).get("/v2/").is(200);
    }
  }

  /**
   * The JDK's server does not see a request that came in the same packet as the end of a body that
   * was read after its answer: the client would wait until the connection is idle for too long.
   */
  @Test
  void closesAConnectionWhoseRequestItAnswersBeforeItsEnd() throws IOException {
    TestCertificate certificate = TestCertificate.create(folder, "IP:127.0.0.1");
    ServerTls tls = ServerTls.fromPem(certificate.certificate(), certificate.key());
    try (EmbeddedRegistry registry =
            new EmbeddedRegistry(folder.resolve("registry"), ServerSettings.OPEN.withTls(tls));
        Socket socket =
            RawRegistry.trusting(certificate)
                .getSocketFactory()
                .createSocket("127.0.0.1", registry.server.address().getPort())) {
      socket.setSoTimeout(60_000);
      OutputStream out = socket.getOutputStream();
      out.write(
          EmbeddedRegistry.head(
              "PUT /v2/a/blobs/uploads/none?digest=x HTTP/1.1",
              "Host: localhost",
              "Content-Length: 3"));
      InputStream in = socket.getInputStream();
      String head = head(in);
      assertTrue(head.startsWith("http/1.1 400 "), head);
      assertTrue(head.contains("\r\nconnection: close\r\n"), head);
      in.readNBytes(Integer.parseInt(head.replaceAll("(?s).*content-length: ([0-9]+).*", "$1")));
      out.write("abc".getBytes(US_ASCII));
      assertTrue(isAtEnd(in));
    }
  }

  /** The head of an answer, in small letters. */
  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      assertTrue(c >= 0, head::toString);
      head.append((char) c);
    }
    return head.toString().toLowerCase(Locale.ROOT);
  }

  private static boolean isAtEnd(InputStream in) throws IOException {
    try {
      return in.read() < 0;
    } catch (SSLException | SocketException e) {
      // What a connection without a goodbye ends with.
      return true;
    }
  }

  @Test
  void keepsAConnectionWhoseRequestsItReadsToTheirEnds() throws IOException {
    TestCertificate certificate = TestCertificate.create(folder, "IP:127.0.0.1");
    ServerTls tls = ServerTls.fromPem(certificate.certificate(), certificate.key());
    try (EmbeddedRegistry registry =
        new EmbeddedRegistry(folder.resolve("registry"), ServerSettings.OPEN.withTls(tls))) {
      RawRegistry raw = RawRegistry.tls(registry.server.address(), certificate);
      RawRegistry.Answer start = raw.startUpload("a");
      assertEquals("", start.header("Connection"));
      RawRegistry.Answer chunk = raw.send("PATCH", start.location(), new byte[100_000]).is(202);
      assertEquals("", chunk.header("Connection"));
      String wrong = chunk.locationWith("digest=sha256:" + "0".repeat(64));
      assertEquals("", raw.send("PUT", wrong, new byte[9]).is(400).header("Connection"));
      assertEquals("", raw.delete("/v2/a/tags/list").is(405).header("Connection"));
    }
  }

  @Test
  void refusesAKeyOfAnotherCertificate() throws IOException {
    TestCertificate one = TestCertificate.create(folder.resolve("one"), "IP:127.0.0.1");
    TestCertificate two = TestCertificate.create(folder.resolve("two"), "IP:127.0.0.1");
    FlintException failure =
        Failures.expect(ErrorCode.LOCAL_IO, () -> ServerTls.fromPem(one.certificate(), two.key()));
    assertTrue(String.valueOf(failure.getMessage()).contains("is not that of"), failure::toString);
  }

  @Test
  void saysThatAKeyIsEncrypted() throws IOException {
    TestCertificate certificate = TestCertificate.create(folder, "IP:127.0.0.1");
    for (String form : List.of("pkcs8", "ec")) {
      Path key =
          openssl(
              form,
              form,
              form.equals("ec") ? "-aes128" : "-topk8",
              "-in",
              certificate.key().toString(),
              "-passout",
              "pass:secret",
              "-out",
              "FILE");
      FlintException failure =
          Failures.expect(
              ErrorCode.LOCAL_IO, () -> ServerTls.fromPem(certificate.certificate(), key));
      assertTrue(String.valueOf(failure.getMessage()).contains("is encrypted"), failure::toString);
    }
  }

  @Test
  void refusesFilesThatHoldNoKeyOrNoCertificate() throws IOException {
    TestCertificate certificate = TestCertificate.create(folder, "IP:127.0.0.1");
    Path empty = Files.createFile(folder.resolve("empty"));
    Path odd =
        Files.writeString(
            folder.resolve("odd"),
            "-----BEGIN EC PRIVATE KEY-----\nMIT///8=\n-----END EC PRIVATE KEY-----\n");
    for (Path key : List.of(empty, odd, certificate.certificate())) {
      Failures.expect(ErrorCode.LOCAL_IO, () -> ServerTls.fromPem(certificate.certificate(), key));
    }
    Failures.expect(ErrorCode.LOCAL_IO, () -> ServerTls.fromPem(empty, certificate.key()));
  }
}
