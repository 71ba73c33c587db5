package dev.flint.registry.http;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.registry.settings.TlsSettings;
import dev.flint.registry.testing.MockRegistry;
import dev.flint.registry.testing.OpensslServer;
import dev.flint.registry.testing.TestCertificate;
import dev.flint.registry.testing.TestSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** C31 and C32: why there is no secure connection, and what helps. */
class TlsFailureTest {
  @TempDir Path folder;
  private final List<String> warnings = new ArrayList<>();

  private Http http(TlsSettings tls) {
    return new Http("flint/test", new Network(TestSettings.of(tls), Proxies.NONE, warnings::add));
  }

  private FlintException refused(String host, TlsSettings tls) {
    Call call = Call.of("GET", URI.create("https://" + host + "/"));
    FlintException e = assertFails(ErrorCode.NETWORK, () -> http(tls).send(call));
    assertTrue(!(e instanceof LostConnectionException), "it would be tried again");
    return e;
  }

  /** C31. */
  @Test
  void selfSignedOrUnknown() throws IOException {
    TestCertificate certificate = TestCertificate.create(folder, "IP:127.0.0.1");
    try (MockRegistry server = MockRegistry.startTls(certificate)) {
      FlintException e = refused(server.tlsHost(), TlsSettings.DEFAULT);
      assertEquals(
          "no secure connection to "
              + server.tlsHost()
              + ": nobody who is trusted here vouches for its certificate",
          e.getMessage());
      assertTrue(e.remedy().startsWith("--ca-file FILE"), e.remedy());
      assertEquals(404, status(server.tlsHost(), trusting(certificate)));
    }
  }

  /** C31: an authority nobody here knows; its own certificate, as --ca-file, is what helps. */
  @Test
  void unknownAuthority() throws IOException {
    TestCertificate certificate = TestCertificate.issued(folder, "IP:127.0.0.1");
    try (MockRegistry server = MockRegistry.startTls(certificate)) {
      FlintException e = refused(server.tlsHost(), TlsSettings.DEFAULT);
      assertTrue(String.valueOf(e.getMessage()).contains("nobody who is trusted"), e.getMessage());
      assertTrue(e.remedy().startsWith("--ca-file FILE"), e.remedy());
      assertEquals(404, status(server.tlsHost(), trusting(certificate)));
    }
  }

  /** C31. */
  @Test
  void wrongHost() throws IOException {
    TestCertificate certificate =
        TestCertificate.create(folder, "DNS:registry.example,IP:127.0.0.2");
    try (MockRegistry server = MockRegistry.startTls(certificate)) {
      FlintException e = refused(server.tlsHost(), trusting(certificate));
      assertEquals(
          "no secure connection to "
              + server.tlsHost()
              + ": its certificate is for 127.0.0.2, registry.example, not for 127.0.0.1",
          e.getMessage());
    }
  }

  /** C31. */
  @Test
  void expired() throws IOException {
    TestCertificate certificate = TestCertificate.expired(folder, "IP:127.0.0.1");
    try (MockRegistry server = MockRegistry.startTls(certificate)) {
      FlintException e = refused(server.tlsHost(), trusting(certificate));
      assertTrue(
          String.valueOf(e.getMessage()).contains("its certificate is no longer valid (NotAfter"),
          e.getMessage());
      assertTrue(e.remedy().contains("clock"), e.remedy());
    }
  }

  /** C31. */
  @Test
  void oldTlsOnly() throws IOException {
    TestCertificate certificate = TestCertificate.create(folder, "IP:127.0.0.1");
    try (OpensslServer server =
        OpensslServer.start(certificate, "-tls1", "-cipher", "ALL:@SECLEVEL=0")) {
      FlintException e = refused(server.host(), trusting(certificate));
      assertEquals(
          "no secure connection to " + server.host() + ": it speaks no TLS of version 1.2 or 1.3",
          e.getMessage());
    }
  }

  /** C32: a server may hang up on a TLS hello without a word. */
  @Test
  void whoHangsUpOnTheHelloMayHaveNoTls() throws IOException {
    try (HangingUp server = new HangingUp()) {
      Call call = Call.of("GET", URI.create("https://" + server.host() + "/"));
      FlintException e = assertFails(ErrorCode.NETWORK, () -> http(TlsSettings.DEFAULT).send(call));
      assertEquals(server.host() + " hung up when asked for a secure connection", e.getMessage());
      assertTrue(e.remedy().contains("--plain-http"), e.remedy());
      assertTrue(e instanceof LostConnectionException, "the network may have failed");
    }
  }

  /** Reads a hello and ends the connection. */
  private static final class HangingUp implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());

    HangingUp() throws IOException {
      Thread thread = new Thread(this::hangUp, "hanging-up");
      thread.setDaemon(true);
      thread.start();
    }

    String host() {
      return "127.0.0.1:" + server.getLocalPort();
    }

    private void hangUp() {
      while (!server.isClosed()) {
        try (Socket client = server.accept()) {
          // All of it, or closing would reset the connection.
          InputStream in = client.getInputStream();
          byte[] head = in.readNBytes(5);
          in.readNBytes(((head[3] & 0xff) << 8) | (head[4] & 0xff));
        } catch (IOException e) {
          // Closed, or this client is gone.
        }
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  /** C32. */
  @Test
  void plainHttpWhereTlsIsWanted() throws IOException {
    try (MockRegistry server = MockRegistry.start()) {
      FlintException e = refused(server.host(), TlsSettings.DEFAULT);
      assertEquals(
          "no secure connection to " + server.host() + ": it does not speak TLS at this port",
          e.getMessage());
      assertTrue(e.remedy().startsWith("--plain-http"), e.remedy());
    }
  }

  /** C32: a TLS server answers http with an alert, which is no http. */
  @Test
  void tlsWherePlainHttpIsWanted() throws IOException {
    TestCertificate certificate = TestCertificate.create(folder, "IP:127.0.0.1");
    try (OpensslServer server = OpensslServer.start(certificate)) {
      Call call = Call.of("GET", URI.create("http://" + server.host() + "/"));
      FlintException e = assertFails(ErrorCode.NETWORK, () -> http(TlsSettings.DEFAULT).send(call));
      assertTrue(e.remedy().contains("--no-plain-http"), e.getMessage() + e.remedy());
    }
  }

  @Test
  void skippingTheCheckIsLoudAndHoldsForTheNamedHostAlone() throws IOException {
    TestCertificate certificate = TestCertificate.expired(folder, "DNS:other.example");
    TlsSettings skipping = TlsSettings.DEFAULT.unverified();
    try (MockRegistry named = MockRegistry.startTls(certificate);
        MockRegistry other = MockRegistry.startTls(certificate)) {
      Http http = http(skipping);
      Call call = Call.of("GET", URI.create("https://" + named.tlsHost() + "/"));
      for (int i = 0; i < 2; i++) {
        try (Reply reply = http.send(call)) {
          assertEquals(404, reply.status());
        }
      }
      assertEquals(1, warnings.size());
      assertTrue(warnings.get(0).contains(named.tlsHost()), warnings.get(0));
      Call sent = call.to(URI.create("https://" + other.tlsHost() + "/"));
      assertFails(ErrorCode.NETWORK, () -> http.send(sent));
      // Also not for a host that sends us on to itself.
      Call again = sent.to(URI.create("https://" + other.tlsHost() + "/x"));
      assertFails(ErrorCode.NETWORK, () -> http.send(again));
      assertEquals(List.of(), other.lines());
      try (Reply back = http.send(again.to(call.url()))) {
        assertEquals(404, back.status());
      }
    }
  }

  @Test
  void skippingTheCheckIsSaidOnceOfEachHost() throws IOException {
    TestCertificate certificate = TestCertificate.create(folder, "DNS:other.example");
    try (MockRegistry one = MockRegistry.startTls(certificate);
        MockRegistry two = MockRegistry.startTls(certificate)) {
      Http http = http(TlsSettings.DEFAULT.unverified());
      for (MockRegistry server : List.of(one, two, one, two)) {
        http.send(Call.of("GET", URI.create("https://" + server.tlsHost() + "/"))).close();
      }
      assertEquals(2, warnings.size());
      assertTrue(warnings.get(0).contains(one.tlsHost()), warnings.get(0));
      assertTrue(warnings.get(1).contains(two.tlsHost()), warnings.get(1));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void http2IsSpokenWhereItIsWanted(boolean wanted) throws IOException {
    TestCertificate certificate = TestCertificate.create(folder, "IP:127.0.0.1");
    try (MockRegistry server = MockRegistry.startTls(certificate)) {
      TlsSettings tls = trusting(certificate);
      assertEquals(404, status(server.tlsHost(), wanted ? tls.overHttp2() : tls));
      assertEquals(wanted ? "HTTP/2.0" : "HTTP/1.1", server.requests().get(0).getProtocol());
    }
  }

  private int status(String host, TlsSettings tls) throws IOException {
    try (Reply reply = http(tls).send(Call.of("GET", URI.create("https://" + host + "/")))) {
      return reply.status();
    }
  }

  private static TlsSettings trusting(TestCertificate certificate) {
    return TlsSettings.DEFAULT.trusting(List.of(certificate.pem()));
  }
}
