package dev.flint.registry;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.testing.FaultServer;
import dev.flint.registry.testing.MockRegistry;
import dev.flint.registry.testing.TestCertificate;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registries that are not there, or not the way we think: one line that says so. */
class ConnectionTest {
  @TempDir Path folder;
  private TestClient user;
  private TestImage image;

  @BeforeEach
  void prepare() throws IOException {
    user = new TestClient(folder);
    image = TestImage.ofLayerSize(1000);
  }

  @Test
  void nobodyListens() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    FlintException e = refused("127.0.0.1:" + port + "/r:t");
    assertEquals("cannot connect to 127.0.0.1:" + port + ": Connection refused", e.getMessage());
  }

  @Test
  void nobodyHasThatName() throws IOException {
    FlintException e = refused("registry.invalid/r:t");
    assertEquals("cannot find host registry.invalid", e.getMessage());
  }

  @Test
  void aNameForThisMachineWorks() throws IOException {
    try (FaultServer server = FaultServer.start(image::serve)) {
      String port = server.host().substring(server.host().indexOf(':'));
      user.pull(Reference.parse("localhost" + port + "/r:t"));
    }
  }

  @Test
  void anUnknownCertificateIsRefusedAndTheCaFileHelps() throws IOException {
    TestCertificate certificate = TestCertificate.create(folder.resolve("key"), "IP:127.0.0.1");
    try (MockRegistry registry = MockRegistry.startTls(certificate).holds(image)) {
      user.plainHttp(false);
      FlintException e = refused(registry.tlsHost() + "/r:t");
      assertTrue(
          String.valueOf(e.getMessage())
              .startsWith("no secure connection to " + registry.tlsHost()),
          e.getMessage());
      assertTrue(e.remedy().contains("--ca-file"), e.remedy());
      assertEquals(List.of(), registry.lines());

      user.trusting(certificate.pem());
      assertEquals(image.manifest(), user.pull(Reference.parse(registry.tlsHost() + "/r:t")));
    }
  }

  @Test
  void aCertificateForAnotherNameIsRefusedAlthoughItIsTrusted() throws IOException {
    TestCertificate certificate =
        TestCertificate.create(folder.resolve("key"), "DNS:registry.example,IP:127.0.0.2");
    try (MockRegistry registry = MockRegistry.startTls(certificate).holds(image)) {
      user.plainHttp(false).trusting(certificate.pem());
      refused(registry.tlsHost() + "/r:t");
      assertEquals(List.of(), registry.lines());
    }
  }

  @Test
  void anExpiredCertificateIsRefused() throws IOException {
    TestCertificate certificate = TestCertificate.expired(folder.resolve("key"), "IP:127.0.0.1");
    try (MockRegistry registry = MockRegistry.startTls(certificate).holds(image)) {
      user.plainHttp(false).trusting(certificate.pem());
      refused(registry.tlsHost() + "/r:t");
    }
  }

  @Test
  void aCaFileDoesNotMakeOthersTrusted() throws IOException {
    TestCertificate ours = TestCertificate.create(folder.resolve("ours"), "IP:127.0.0.1");
    TestCertificate theirs = TestCertificate.create(folder.resolve("theirs"), "IP:127.0.0.1");
    try (MockRegistry registry = MockRegistry.startTls(theirs).holds(image)) {
      user.plainHttp(false).trusting(ours.pem());
      refused(registry.tlsHost() + "/r:t");
    }
  }

  @Test
  void tlsToAPortForPlainHttp() throws IOException {
    user.plainHttp(false);
    try (MockRegistry registry = MockRegistry.start().holds(image)) {
      FlintException e = refused(registry.host() + "/r:t");
      assertTrue(e.remedy().contains("--plain-http"), e.remedy());
      assertEquals(List.of(), registry.lines());
    }
  }

  @Test
  void plainHttpToAPortForTls() throws IOException {
    TestCertificate certificate = TestCertificate.create(folder.resolve("key"), "IP:127.0.0.1");
    try (MockRegistry registry = MockRegistry.startTls(certificate).holds(image)) {
      refused(registry.tlsHost() + "/r:t");
    }
  }

  @Test
  void plainHttpToAServerThatAnswersWithATlsAlert() throws IOException {
    byte[] alert = {0x15, 3, 3, 0, 2, 2, 0x46};
    try (FaultServer server = FaultServer.start(x -> x.send(alert).send("\r\n\r\n"))) {
      FlintException e = refused(server.host() + "/r:t");
      assertTrue(e.remedy().contains("--plain-http"), e.remedy());
    }
  }

  @Test
  void aReferenceWithoutARegistryTouchesNoNetwork() {
    FlintException e =
        assertFails(ErrorCode.USAGE, () -> user.client().repository(Reference.parse("name:1")));
    assertTrue(e.remedy().contains("localhost:5000/name:1"), e.remedy());
  }

  private FlintException refused(String reference) throws IOException {
    FlintException e = assertFails(ErrorCode.NETWORK, () -> user.pull(Reference.parse(reference)));
    user.assertHasNothing();
    return e;
  }
}
