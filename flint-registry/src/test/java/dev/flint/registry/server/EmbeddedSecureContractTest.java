package dev.flint.registry.server;

import dev.flint.registry.testing.TestCertificate;
import dev.flint.registry.testing.TestClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The embedded registry keeps the contract over TLS and with a login too. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EmbeddedSecureContractTest extends RegistryContract {
  private TestCertificate certificate;
  private RegistryServer server;
  private RawRegistry raw;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    certificate = TestCertificate.create(folder.resolve("tls"), "IP:127.0.0.1");
    server =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            folder.resolve("registry"),
            ServerSettings.OPEN
                .withTls(ServerTls.fromPem(certificate.certificate(), certificate.key()))
                .withHtpasswd(Htpasswd.write(folder.resolve("users"), Htpasswd.ACCOUNT), false),
            line -> {});
    raw = RawRegistry.tls(server.address(), certificate).as("user", "p:w");
  }

  @AfterAll
  void stop() throws IOException {
    server.close();
  }

  @Override
  RawRegistry registry() {
    return raw;
  }

  @Override
  TestClient client(Path folder) throws IOException {
    return new TestClient(folder)
        .trusting(certificate.pem())
        .plainHttp(false)
        .login(raw.host(), "user", "p:w");
  }
}
